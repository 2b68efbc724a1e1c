using ConsulPets.Sandbox.Hosting;

namespace ConsulPets.Sandbox.Tests.Hosting;

public sealed class CommandLineParserTests
{
    [Theory]
    [InlineData("", "Help")]
    [InlineData("help", "Help")]
    [InlineData("help start", "Help")]
    [InlineData("--help", "Help")]
    [InlineData("start --help", "Help")]
    [InlineData("demo -h", "Help")]
    [InlineData("start", "Start")]
    [InlineData("demo", "Demo")]
    [InlineData("shell", "Shell")]
    [InlineData("consul", "Consul")]
    [InlineData("consul --help", "Consul")]
    public void A_verb_is_understood(string line, string verb) => Assert.Equal(verb, Parse(line).Verb.ToString());

    [Fact]
    public void Options_are_understood_before_and_behind_the_verb_with_a_blank_or_an_equals_sign()
    {
        SandboxArguments arguments = Parse("--nodes 5 start --port=7443 --folder here --consul=bin/consul --kubeconfig kube=config --quiet");
        Assert.Equal(
            new SandboxArguments(SandboxVerb.Start)
            {
                Nodes = 5,
                Port = 7443,
                Folder = Path.GetFullPath("here"),
                ConsulProgram = Path.GetFullPath("bin/consul"),
                KubeConfig = Path.GetFullPath("kube=config"),
                Quiet = true,
                Rest = arguments.Rest,
            },
            arguments);
    }

    [Fact]
    public void A_folder_with_an_equals_sign_in_it_stays_whole() => Assert.Equal(Path.GetFullPath("a=b"), Parse("start --folder=a=b").Folder);

    [Fact]
    public void Without_options_a_sandbox_has_three_nodes_and_any_port()
    {
        SandboxArguments arguments = Parse("start");
        Assert.Equal((3, 0, null, null, null, false), (arguments.Nodes, arguments.Port, arguments.Folder, arguments.ConsulProgram, arguments.KubeConfig, arguments.Quiet));
    }

    [Fact]
    public void What_follows_consul_is_left_to_it() => Assert.Equal(["path", "--quiet", "--nonsense"], Parse("consul path --quiet --nonsense").Rest);

    [Theory]
    [InlineData("strat", "There is no 'strat': the sandbox has start, demo, shell, consul and help.")]
    [InlineData("Start", "There is no 'Start': the sandbox has start, demo, shell, consul and help.")]
    [InlineData("start now", "'start' takes no 'now'; options begin with '--', and 'help' lists them.")]
    [InlineData("start --node 3", "There is no option '--node'; 'help' lists them.")]
    [InlineData("start -q", "There is no option '-q'; 'help' lists them.")]
    [InlineData("start --port", "'--port' needs a port behind it.")]
    [InlineData("start --port=", "'--port' needs a port")]
    [InlineData("start --port 65536", "'--port' needs a port from 0 to 65535, not '65536'.")]
    [InlineData("start --port -1", "'--port' needs a port from 0 to 65535, not '-1'.")]
    [InlineData("start --port http", "'--port' needs a port from 0 to 65535, not 'http'.")]
    [InlineData("start --nodes 0", "'--nodes' needs a number of nodes from 1 to 99, not '0'.")]
    [InlineData("start --nodes 3.5", "'--nodes' needs a number of nodes from 1 to 99, not '3.5'.")]
    [InlineData("start --folder --quiet", "'--folder' needs a folder behind it.")]
    [InlineData("start --quiet=yes", "'--quiet' takes no value.")]
    [InlineData("demo --quiet", "'--quiet' is for 'start' only.")]
    [InlineData("start --pause", "'--pause' is for 'demo' only.")]
    [InlineData("--quiet", "Say what to do before '--quiet': the sandbox has start, demo, shell, consul and help.")]
    [InlineData("--quiet consul", "'consul' comes first; its own words follow it.")]
    public void Nonsense_is_answered_with_one_sentence(string line, string sentence)
    {
        string message = Assert.Throws<CommandLineException>(() => Parse(line)).Message;
        Assert.StartsWith(sentence.TrimEnd('.'), message, StringComparison.Ordinal);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Help_names_every_verb_and_every_option()
    {
        string[] words = [.. Enum.GetNames<SandboxVerb>().Select(static verb => verb.ToLowerInvariant()), "--folder", "--port", "--nodes", "--consul", "--kubeconfig", "--quiet", "--pause"];
        Assert.All(words, static word => Assert.Contains($"  {word} ", HelpText.All, StringComparison.Ordinal));
    }

    private static SandboxArguments Parse(string line) => CommandLineParser.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
