using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json;
using Relay.Testing;

namespace Relay.Deploy.Tests.Images;

/// <summary>
/// Carries out a Dockerfile without a Docker engine: the build stage with this machine's SDK in a copy of what the
/// context holds, the others by copying into a base image's file system.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class ImageBuild : IDisposable
{
    private const string Work = "/source";

    private readonly DirectoryInfo _temp = Directory.CreateTempSubdirectory("relay-image-");
    private readonly Dockerfile _file = Dockerfile.Parse(File.ReadAllText(Path.Combine(Repository.Root.FullName, "Dockerfile")));

    public void Dispose() => _temp.Delete(recursive: true);

    /// <summary>Runs the build stage.</summary>
    internal async Task BuildAsync()
    {
        var stage = _file["build"];
        Assert.StartsWith("mcr.microsoft.com/dotnet/sdk:", stage.Image, StringComparison.Ordinal);
        foreach (var (word, rest) in stage.Instructions)
        {
            switch (word)
            {
                case "ARG":
                    Assert.Equal("TARGETARCH=amd64", rest);
                    break;
                case "WORKDIR":
                    Assert.Equal(Work, rest);
                    Directory.CreateDirectory(Inside("build", rest));
                    break;
                case "COPY":
                    Assert.Equal(". .", rest);
                    await CopyContextAsync(Inside("build", Work));
                    break;
                case "RUN":
                    await RunAsync(rest);
                    break;
                default:
                    Assert.Fail($"{word} {rest}: not known in the build stage");
                    break;
            }
        }
    }

    /// <summary>Makes the file system and the settings of a final stage.</summary>
    internal async Task<Image> MakeAsync(string name)
    {
        var stage = _file[name];
        Assert.Contains("-chiseled", stage.Image, StringComparison.Ordinal);
        await BaseImage.MakeAsync(Inside(name, "/"), stage.Image.Contains("/aspnet:", StringComparison.Ordinal));
        var environment = new Dictionary<string, string>();
        foreach (var (word, rest) in stage.Instructions)
        {
            var parts = rest.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            switch (word)
            {
                case "COPY":
                    await CopyFromBuildAsync(name, parts);
                    break;
                case "ENV":
                    environment[parts[0].Split('=')[0]] = parts[0].Split('=')[1];
                    break;
                case "USER":
                    Assert.Equal("$APP_UID", rest);
                    break;
                default:
                    Assert.Contains(word, (string[])["EXPOSE", "VOLUME", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT"]);
                    break;
            }
        }

        return new Image(Inside(name, "/"), environment, Words(stage, "ENTRYPOINT"), name == "relayd" ? Words(stage, "HEALTHCHECK") : []);
    }

    private async Task CopyFromBuildAsync(string name, string[] parts)
    {
        Assert.Equal("--from=build", parts[0]);
        var to = Inside(name, parts[^1]);
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        await MustAsync("cp", "-r", Inside("build", parts[^2]), to);
        if (parts.Contains("--chown=$APP_UID:$APP_UID")) await MustAsync("chown", "-R", $"{BaseImage.AppUser}:{BaseImage.AppUser}", to);
    }

    private string Inside(string stage, string path) => Path.Combine(_temp.FullName, stage, path.TrimStart('/'));

    // What .dockerignore lets through; a file that the build needs and the context lacks fails the build here, too.
    private static async Task CopyContextAsync(string to)
    {
        var root = Repository.Root.FullName;
        var kept = File.ReadAllLines(Path.Combine(root, ".dockerignore")).Where(l => l.StartsWith('!')).Select(l => l[1..]).ToArray();
        var (_, listed) = await Tool.RunAsync("git", "-C", root, "ls-files", "--cached", "--others", "--exclude-standard");
        foreach (var file in listed.Split('\n').Where(f => kept.Any(k => f == k || f.StartsWith(k + "/", StringComparison.Ordinal))))
        {
            if (!File.Exists(Path.Combine(root, file))) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(to, file))!);
            File.Copy(Path.Combine(root, file), Path.Combine(to, file));
        }
    }

    private async Task RunAsync(string command)
    {
        var here = command.Replace(" /out/", $" {Inside("build", "/out")}/", StringComparison.Ordinal);
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", here])
        {
            WorkingDirectory = Inside("build", Work),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["TARGETARCH"] = "amd64", ["MSBUILDDISABLENODEREUSE"] = "1", ["CI"] = "", ["MSBuildSDKsPath"] = null },
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await Eventually.Done(process.WaitForExitAsync(), $"RUN {command}", TimeSpan.FromMinutes(8));
            Assert.True(process.ExitCode == 0, $"RUN {command}\n{await output}{await errors}");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static string[] Words(Dockerfile.Stage stage, string word)
    {
        var rest = stage.Last(word);
        return JsonSerializer.Deserialize<string[]>(rest[rest.IndexOf('[', StringComparison.Ordinal)..])!;
    }

    private static async Task MustAsync(string tool, params string[] arguments)
    {
        var (code, output) = await Tool.RunAsync(tool, arguments);
        Assert.True(code == 0, $"{tool} {string.Join(' ', arguments)}: {output}");
    }
}
