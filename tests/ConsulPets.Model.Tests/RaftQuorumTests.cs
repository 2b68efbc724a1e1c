using System.Numerics;
using ConsulPets.Quorum;

namespace ConsulPets.Model.Tests;

public class RaftQuorumTests
{
    public static TheoryData<int, int> AllSizes()
    {
        var sizes = new TheoryData<int, int>();
        foreach (int voters in Enumerable.Range(0, 10))
        {
            foreach (int healthy in Enumerable.Range(0, voters + 1))
            {
                sizes.Add(voters, healthy);
            }
        }

        return sizes;
    }

    // A quorum is the least number for which any two groups of that size have a voter in common (and no group at all is none).
    private static int BruteForceQuorum(int voters)
    {
        for (int size = 1; size <= voters; size++)
        {
            int[] groups = [.. Enumerable.Range(0, 1 << voters).Where(group => BitOperations.PopCount((uint)group) == size)];
            if (groups.All(one => groups.All(other => (one & other) != 0)))
            {
                return size;
            }
        }

        return 1;
    }

    [Theory]
    [MemberData(nameof(AllSizes))]
    public void Size_and_tolerance_are_those_of_a_majority_counted_by_hand(int voters, int healthy)
    {
        int quorum = voters <= 7 ? BruteForceQuorum(voters) : Enumerable.Range(1, voters).First(size => 2 * size > voters);
        Assert.Equal(quorum, RaftQuorum.Size(voters));
        Assert.Equal(healthy >= quorum, RaftQuorum.Tolerance(voters, healthy) >= 0);
        foreach (int stopped in Enumerable.Range(0, healthy + 1))
        {
            bool remains = healthy - stopped >= quorum;
            Assert.Equal(remains, RaftQuorum.CanStop(voters, healthy, stopped));
            Assert.Equal(remains, stopped <= RaftQuorum.Tolerance(voters, healthy));
        }
    }

    [Theory]
    [MemberData(nameof(AllSizes))]
    public void Peers_may_be_removed_when_the_change_can_be_agreed_and_a_majority_of_the_rest_is_healthy(int voters, int healthy)
    {
        for (int removed = 0; removed <= voters; removed++)
        {
            for (int healthyRemoved = Math.Max(0, removed - (voters - healthy)); healthyRemoved <= Math.Min(removed, healthy); healthyRemoved++)
            {
                int votersLeft = voters - removed;
                bool expected = 2 * healthy > voters && votersLeft > 0 && 2 * (healthy - healthyRemoved) > votersLeft;
                Assert.Equal(expected, RaftQuorum.CanRemove(voters, healthy, removed, healthyRemoved));
            }
        }
    }

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(2, 2, 0)]
    [InlineData(3, 2, 1)]
    [InlineData(4, 3, 1)]
    [InlineData(5, 3, 2)]
    [InlineData(6, 4, 2)]
    [InlineData(7, 4, 3)]
    public void The_table_of_Consuls_documentation_holds(int servers, int quorum, int tolerance)
    {
        Assert.Equal(quorum, RaftQuorum.Size(servers));
        Assert.Equal(tolerance, RaftQuorum.Tolerance(servers, servers));
    }

    [Theory]
    [InlineData(3, 3, 1, 1, true)] // a graceful leave of three: two of two remain
    [InlineData(3, 2, 1, 1, false)] // the healthy one of two may not leave
    [InlineData(3, 2, 1, 0, true)] // the sick one may
    [InlineData(3, 1, 1, 0, false)] // no quorum to agree on anything
    [InlineData(1, 1, 1, 1, false)] // the last one never
    public void The_worked_examples_of_leaving_hold(int voters, int healthy, int removed, int healthyRemoved, bool allowed) =>
        Assert.Equal(allowed, RaftQuorum.CanRemove(voters, healthy, removed, healthyRemoved));

    [Fact]
    public void A_negative_count_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(static () => RaftQuorum.Size(-1));
}
