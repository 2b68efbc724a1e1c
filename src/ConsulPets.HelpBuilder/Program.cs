using ConsulPets.HelpBuilder;

if (BuildOptions.TryParse(args, out BuildOptions? options, out string? complaint))
{
    return HelpBuild.Run(options, Console.Out, Console.Error);
}

Console.Error.WriteLine(complaint);
Console.Error.WriteLine(BuildOptions.Usage);
return HelpBuild.CannotRun;
