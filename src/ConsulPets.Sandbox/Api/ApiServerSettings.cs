using ConsulPets.Sandbox.Api.Wire;
using ConsulPets.Sandbox.Faults;
using ConsulPets.Sandbox.Pods;
using ConsulPets.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace ConsulPets.Sandbox.Api;

/// <summary>What an API server stands on.</summary>
/// <param name="Registry">The objects.</param>
/// <param name="Runtime">What runs pods.</param>
/// <param name="Faults">Stands before the API.</param>
/// <param name="AdministratorToken">The administrator's token.</param>
/// <param name="Certificates">The certificates.</param>
/// <param name="Port">The port on 127.0.0.1; 0 for any that is free.</param>
/// <param name="AdministratorRoutes">Answers paths under <c>/sandbox/</c>, for the administrator only; gives false where it does not know the path. Null for none.</param>
internal sealed record ApiServerSettings(
    ObjectRegistry Registry,
    IPodRuntime Runtime,
    FaultGate Faults,
    string AdministratorToken,
    SandboxCertificates Certificates,
    int Port = 0,
    Func<HttpContext, Task<bool>>? AdministratorRoutes = null);
