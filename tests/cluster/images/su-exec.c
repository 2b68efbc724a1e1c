/* su-exec USER:GROUP COMMAND...: becomes another user, given by numbers, and then
 * the command, in the same process, so that signals reach the command. */
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int count, char **arguments) {
    unsigned user, group;
    if (count < 3 || sscanf(arguments[1], "%u:%u", &user, &group) != 2) {
        fprintf(stderr, "usage: su-exec user:group command [argument...]\n");
        return 2;
    }
    if (setgroups(0, NULL) != 0 || setgid(group) != 0 || setuid(user) != 0) {
        perror("su-exec: cannot change the user");
        return 1;
    }
    execvp(arguments[2], arguments + 2);
    perror(arguments[2]);
    return 127;
}
