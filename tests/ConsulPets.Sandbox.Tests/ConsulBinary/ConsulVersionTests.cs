using ConsulPets.Sandbox.ConsulBinaries;

namespace ConsulPets.Sandbox.Tests.ConsulBinaries;

public sealed class ConsulVersionTests
{
    [Theory]
    [InlineData("Consul v1.21.4\nRevision 6d6d5d8\n", "1.21.4")]
    [InlineData("Consul v1.8.7+dfsg1\n", "1.8.7")]
    [InlineData("Consul 1.8.7-1\nProtocol 2 spoken by default", "1.8.7")]
    [InlineData("Consul v1.21.4+ent", "1.21.4")]
    [InlineData("Consul v1.22.0-rc1\n", "1.22.0-rc1")]
    [InlineData("Consul v1.22.0-dev", "1.22.0")]
    [InlineData("Nomad v1.9.0", null)]
    [InlineData("warning\nConsul v1.21.4", null)]
    [InlineData("Consul v1.21", null)]
    [InlineData("", null)]
    public void A_programs_version_is_read_from_its_first_line(string output, string? version) => Assert.Equal(version, ConsulVersion.OfOutput(output));

    [Theory]
    [InlineData("1.21.4", "1.21.4")]
    [InlineData("v1.21.4", "1.21.4")]
    [InlineData("1.22.0-rc1", "1.22.0-rc1")]
    [InlineData("latest", null)]
    [InlineData("1.21", null)]
    [InlineData("1.21.4-ent", null)]
    [InlineData("1.21.4/../..", null)]
    [InlineData("1.21.4\n", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Only_the_name_of_one_version_is_asked_for(string? text, string? version) => Assert.Equal(version, ConsulVersion.OfRequest(text));

    [Fact]
    public void Versions_are_ordered_by_their_numbers() => Assert.Equal(
        ["1.8.7", "1.10.0", "1.21.4-beta1", "1.21.4-rc1", "1.21.4", "1.21.10"],
        new[] { "1.21.10", "1.21.4", "1.10.0", "1.21.4-rc1", "1.8.7", "1.21.4-beta1" }.Order(ConsulVersion.Order));

    [Fact]
    public void The_version_that_is_downloaded_is_that_of_the_modules_default_image()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ConsulPets.sln")))
        {
            folder = folder.Parent;
        }

        string source = File.ReadAllText(Path.Combine(folder!.FullName, "src", "ConsulPets.Model", "Planning", "PetSetSpecification.cs"));
        Assert.Contains($"DefaultImage = \"hashicorp/consul:{ConsulFinder.DefaultVersion}\"", source, StringComparison.Ordinal);
    }
}
