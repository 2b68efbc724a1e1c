using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using ConsulPets.Engine.Executing;
using ConsulPets.Engine.Security;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Tests;

public class SetSecretsTests
{
    private static readonly PetSetSpecification Closed = new() { Name = "fresh", Namespace = "default", Security = new PetSetSecurity(true, true, true) };
    private static readonly CreationChoices NoChoices = new(false, false, false);

    private static async Task<ObservedWorkload> CreateAsync(Lab lab, PetSetSpecification? specification = null, CreationChoices? choices = null)
    {
        var creator = new PetSetCreator(lab.Observer);
        CreationPlan plan = await creator.PlanAsync(specification ?? Closed, choices ?? NoChoices, Lab.Token);
        return await creator.CreateAsync(plan, specification ?? Closed, choices ?? NoChoices, Lab.Token);
    }

    private static string Entry(Lab lab, string secret, string entry) =>
        Encoding.UTF8.GetString(Convert.FromBase64String((string)lab.Set.Cluster.Find("default", "secrets", secret)!["data"]![entry]!));

    private static Dictionary<string, string> Kept(Lab lab) => lab.Set.Cluster.All("secrets").ToDictionary(static secret => (string)secret["metadata"]!["name"]!, static secret => secret["data"]!.ToJsonString());

    [Fact]
    public async Task What_is_secret_is_in_Secrets_before_anything_mounts_it_and_nowhere_else()
    {
        await using Lab lab = await Lab.StartAsync();
        ObservedWorkload created = await CreateAsync(lab);
        Assert.Equal(("fresh-token", "fresh-authority"), (created.TokenSecret, created.AuthorityMap));
        Assert.Equal(["fresh-token", "fresh-authority", "fresh-server-secrets"], lab.Server.Writes.Take(3).Select(static write => (string)JsonNode.Parse(write.Body)!["metadata"]!["name"]!));

        var configuration = JsonNode.Parse(Entry(lab, "fresh-server-secrets", "secrets.json"))!;
        string token = Entry(lab, "fresh-token", "token");
        Assert.Equal(token, (string)configuration["acl"]!["tokens"]!["master"]!);
        Assert.Equal(32, Convert.FromBase64String((string)configuration["encrypt"]!).Length);
        string[] secrets = [token, (string)configuration["encrypt"]!, .. ((string[])["fresh-authority/ca.key", "fresh-server-secrets/tls.key"]).Select(place => Entry(lab, place.Split('/')[0], place.Split('/')[1]).Split('\n')[1])];
        foreach (FakeRequest write in lab.Server.Requests.Where(static request => request.Body.Length > 0 && !request.Path.EndsWith("/secrets", StringComparison.Ordinal)))
        {
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, write.Body, StringComparison.Ordinal));
        }

        Assert.All(lab.Details, detail => Assert.All(secrets, secret => Assert.DoesNotContain(secret, detail, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_servers_certificate_is_the_authoritys_and_has_the_names_that_Consul_verifies()
    {
        await using Lab lab = await Lab.StartAsync();
        await CreateAsync(lab);
        using X509Certificate2 certificate = X509Certificate2.CreateFromPem(Entry(lab, "fresh-server-secrets", "tls.crt"), Entry(lab, "fresh-server-secrets", "tls.key"));
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        chain.ChainPolicy.CustomTrustStore.ImportFromPem((string)lab.Set.Cluster.Find("default", "configmaps", "fresh-authority")!["data"]!["ca.crt"]!);
        Assert.True(chain.Build(certificate), string.Join(", ", chain.ChainStatus.Select(static status => status.StatusInformation)));
        Assert.All(["server.dc1.consul", "localhost", "fresh.default.svc", "fresh-client", "consul-0.fresh.default.svc", "127.0.0.1"], name => Assert.True(certificate.MatchesHostname(name), name));
    }

    /// <summary>A run that is killed after any of its writes leaves what the next one goes on with.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(9)]
    public async Task A_run_that_is_cut_short_is_finished_with_the_same_secrets(int writes)
    {
        await using Lab lab = await Lab.StartAsync();
        using var killed = new CancellationTokenSource();
        CreationPlan plan = await new PetSetCreator(lab.Observer).PlanAsync(Closed, NoChoices, Lab.Token);
        int before = lab.Server.Writes.Count;
        var api = new KubernetesApi(lab.Connection)
        {
            OnRequest = request =>
            {
                if (!request.StartsWith("GET", StringComparison.Ordinal) && lab.Server.Writes.Count - before == writes)
                {
                    killed.Cancel();
                }
            },
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new PetSetCreator(new PetSetObserver(api, null)).CreateAsync(plan, Closed, NoChoices, killed.Token));
        Dictionary<string, string> kept = Kept(lab);
        Assert.Equal(Math.Min(writes, 3), kept.Count);
        await CreateAsync(lab);
        Assert.Equal(3, Kept(lab).Count);
        Assert.Empty(kept.Except(Kept(lab)));
    }

    [Fact]
    public async Task The_same_again_changes_nothing()
    {
        await using Lab lab = await Lab.StartAsync();
        await CreateAsync(lab);
        Dictionary<string, string> kept = Kept(lab);
        CreationPlan plan = await new PetSetCreator(lab.Observer).PlanAsync(Closed, NoChoices, Lab.Token);
        Assert.Equal(3, plan.Steps.Count(static step => step.Action == "keep the Secret"));
        await CreateAsync(lab);
        Assert.Equal(kept, Kept(lab));
    }

    /// <summary>The token of a service account that happens to be called like the set would become Consul's.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_Secret_that_somebody_else_has_made_is_neither_used_nor_deleted(bool purges)
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Cluster.Put("secrets", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "fresh-token", ["namespace"] = "default" },
            ["data"] = new JsonObject { ["token"] = Convert.ToBase64String("an account's"u8) },
        });
        await Lab.FailsAsync("SecretIsForeign", () => CreateAsync(lab, choices: NoChoices with { PurgeVolumes = purges }));
        Assert.Empty(lab.Server.Writes);
    }

    /// <summary>Servers that miss a file of theirs would never start.</summary>
    [Theory]
    [InlineData(true, false, false, "ca.crt")]
    [InlineData(false, true, false, "encrypt")]
    [InlineData(false, true, true, "encrypt")]
    public async Task The_Secret_of_a_set_that_was_closed_in_part_only_is_not_taken_for_a_whole_one(bool gossip, bool tls, bool acl, string lacking)
    {
        await using Lab lab = await Lab.StartAsync();
        PetSetSpecification part = Closed with { Security = new PetSetSecurity(gossip, tls, acl) };
        await new SetSecrets(lab.Api).EnsureAsync(part, null, DateTimeOffset.UtcNow, Lab.Token);
        ConsulPetsException refused = await Lab.FailsAsync("SecretIncomplete", () => CreateAsync(lab));
        Assert.Contains(lacking, refused.Message, StringComparison.Ordinal);
        Assert.Null(lab.Set.Cluster.Find("default", "statefulsets", "fresh"));
    }

    [Fact]
    public async Task An_authority_of_ones_own_issues_the_certificate_and_its_key_is_not_kept()
    {
        await using Lab lab = await Lab.StartAsync();
        using CertificateAuthority own = CertificateAuthority.Create("own", DateTimeOffset.UtcNow), other = CertificateAuthority.Create("other", DateTimeOffset.UtcNow);
        CreationChoices choices = NoChoices with { Authority = new GivenAuthority(own.Certificate, own.Key) };
        await CreateAsync(lab, choices: choices);
        Assert.Equal(own.Certificate, Entry(lab, "fresh-authority", "ca.crt"));
        Assert.DoesNotContain(lab.Set.Cluster.All("secrets"), static secret => secret["data"]!.AsObject().ContainsKey("ca.key"));
        await CreateAsync(lab, choices: choices);
        await Lab.FailsAsync("SecretsDiffer", () => CreateAsync(lab, choices: NoChoices with { Authority = new GivenAuthority(other.Certificate, other.Key) }));
        await Lab.FailsAsync("AuthorityInvalid", () => CreateAsync(lab, Closed with { Name = "another" }, NoChoices with { Authority = new GivenAuthority(own.Certificate, other.Key) }));
    }

    [Theory]
    [InlineData("""{ "encrypt": "c2VjcmV0" }""")]
    [InlineData("""{ "acl": { "tokens": { "master": "secret" } } }""")]
    public async Task A_secret_in_the_servers_configuration_is_refused_since_that_is_a_config_map(string configuration)
    {
        await using Lab lab = await Lab.StartAsync();
        ConsulPetsException refused = await Lab.FailsAsync("ServerConfigSecret", () => CreateAsync(lab, Closed with { ServerConfigJson = configuration }));
        Assert.DoesNotContain("c2VjcmV0", refused.Message, StringComparison.Ordinal);
        Assert.Empty(lab.Server.Writes);
    }

    [Fact]
    public async Task The_secrets_go_with_the_data_and_never_before()
    {
        await using Lab lab = await Lab.StartAsync();
        await CreateAsync(lab);
        var remover = new PetSetRemover(lab.Observer);
        RemovalPlan keeps = await remover.PlanAsync("default", "fresh", keepPets: false, purgeVolumes: false, Lab.Token);
        Assert.DoesNotContain(keeps.Targets, static target => target.Resource.Kind == "Secret");
        RemovalPlan purges = await remover.PlanAsync("default", "fresh", keepPets: false, purgeVolumes: true, Lab.Token);
        await remover.RemoveAsync(purges, "default", keepPets: false, purgeVolumes: true, Lab.Token);
        Assert.Empty(Kept(lab));
    }
}
