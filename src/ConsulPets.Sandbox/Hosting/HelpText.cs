namespace ConsulPets.Sandbox.Hosting;

/// <summary>What `help` says.</summary>
internal static class HelpText
{
    /// <summary>All of it.</summary>
    public const string All = """
        A sandbox for ConsulPets: a small Kubernetes API on this machine whose pods are local processes, real Consul servers among them.
        A stand-in for trying, rehearsing and testing; never for production.

        usage: dotnet run --project src/ConsulPets.Sandbox -- COMMAND [OPTIONS]

          start     runs a sandbox until Ctrl-C, and says how to reach it
          demo      plays the story of a pet set in the real module, in a sandbox of its own
          shell     opens a PowerShell prompt with the module in a sandbox of its own
          consul    finds or fetches the Consul program that pods run (consul --help)
          help      says this

        options of start, demo and shell:
          --folder FOLDER      keep everything that is written there; without it, start has a folder of the user's, demo and shell a temporary one
          --port PORT          the API server's port on 127.0.0.1; any that is free without it
          --nodes NUMBER       how many nodes it pretends to have; 3 without it
          --consul FILE        the Consul program to run; one is found or fetched without it
          --kubeconfig FILE    write the kubeconfig there too, while the sandbox runs; a file that is there already is not overwritten
          --quiet              start only: the kubeconfig's path is the only line on standard output
          --until-input-ends   start only: end when standard input does, for programs that start it
          --pause              demo only: wait for Enter between the steps

        exit codes: 0 done, 1 failed, 2 the command line makes no sense, 130 cut short
        """;
}
