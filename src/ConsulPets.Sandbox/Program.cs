using ConsulPets.Sandbox;
using ConsulPets.Sandbox.ConsulBinaries;
using ConsulPets.Sandbox.Hosting;

return await SandboxCommandLine.RunAsync(args, SandboxHost.StartAsync, ConsulCommand.RunAsync).ConfigureAwait(false);
