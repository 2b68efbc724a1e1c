using ConsulPets.Sandbox.Api.Access;

namespace ConsulPets.Sandbox.Api.Wire;

/// <summary>Where a request leads.</summary>
/// <param name="Request">What it means.</param>
/// <param name="Access">What has to be allowed for it. Names the resource also where this server does not know it.</param>
internal sealed record RequestRoute(RequestInfo Request, AccessRequest Access);
