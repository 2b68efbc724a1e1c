using System.IO.Compression;
using System.Runtime.Versioning;
using System.Text;
using ConsulPets.Sandbox.ConsulBinaries;

namespace ConsulPets.Sandbox.Tests.ConsulBinaries;

/// <summary>A machine in a folder: its PATH, its cache, what it said.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class FakeMachine : IDisposable
{
    // Port 9 ("discard") of the loopback: nobody listens there.
    private static readonly Uri Nowhere = new("http://127.0.0.1:9/consul/");

    private readonly List<string> said = [];

    public FakeMachine() => Search = new ConsulSearch
    {
        Folders = [Path.Combine(Root, "bin"), Path.Combine(Root, "usr-bin")],
        CacheFolder = Path.Combine(Root, "cache", "consul"),
        OperatingSystem = "linux",
        Processor = "amd64",
        ReleaseSite = Nowhere,
        DebianKeyring = Path.Combine(Root, "keyring.gpg"),
        SilenceLimit = TimeSpan.FromSeconds(20),
    };

    public string Root { get; } = Directory.CreateTempSubdirectory("consulpets-machine-").FullName;

    public ConsulSearch Search { get; set; }

    public IReadOnlyList<string> Said
    {
        get
        {
            lock (said)
            {
                return [.. said];
            }
        }
    }

    public string AptLog => File.ReadAllText(Path.Combine(Root, "apt.log"));

    public ConsulFinder Finder() => new(Search, text =>
    {
        lock (said)
        {
            said.Add(text);
        }
    });

    public string Program(string path, string script)
    {
        string file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(file, ConsulFinder.ProgramMode);
        return file;
    }

    public string Consul(string path, string version) => Program(path, ConsulScript(version));

    public string Cached(string version) => Consul($"cache/consul/{version}/consul", version);

    public static string ConsulScript(string version) => $"[ \"$1\" = version ] && echo 'Consul v{version}'";

    /// <summary>An official archive, as bytes.</summary>
    public static byte[] Archive(string entry, string script)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream program = archive.CreateEntry(entry).Open();
            program.Write(Encoding.UTF8.GetBytes($"#!/bin/sh\n{script}\n"));
        }

        return bytes.ToArray();
    }

    /// <summary>An apt that knows a mirror, or learns of it from lists only, and a dpkg-deb, which write down how they are called.</summary>
    public void InstallApt(bool hasLists = true, string? fails = null)
    {
        File.WriteAllText(Search.DebianKeyring, "keys");
        Program("bin/apt-get", $$"""
            echo "apt-get $*" >>'{{Root}}/apt.log'
            case "$*" in *'{{fails ?? "never"}}'*) printf 'Reading…\nW: It did not work\nE: Some failed\n' >&2; exit 100;; esac
            case "$*" in
              *indextargets*) {{(hasLists ? "true" : "[ \"$1\" = -c ]")}} && echo http://mirror.example/debian/; exit 0;;
              *download*) cat sources.list apt.conf >>'{{Root}}/apt.log'; touch consul_1.8.7+dfsg1-2_amd64.deb;;
            esac
            """);
        Program("bin/dpkg-deb", $$"""
            [ "$1" = -x ] && [ -f "$2" ] || exit 1
            mkdir -p "$3/usr/bin"
            printf '#!/bin/sh\necho "Consul 1.8.7-1"\n' >"$3/usr/bin/consul"
            chmod +x "$3/usr/bin/consul"
            """);
    }

    public IReadOnlyList<string> CacheEntries() => Directory.Exists(Search.CacheFolder)
        ? [.. Directory.EnumerateFileSystemEntries(Search.CacheFolder, "*", SearchOption.AllDirectories).Select(entry => Path.GetRelativePath(Search.CacheFolder, entry)).Order(StringComparer.Ordinal)]
        : [];

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
