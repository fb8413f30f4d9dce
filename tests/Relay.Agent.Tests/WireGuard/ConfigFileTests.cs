using Relay.Agent.WireGuard;

namespace Relay.Agent.Tests.WireGuard;

public sealed class ConfigFileTests
{
    [Theory]
    [InlineData("wg0", true)]
    [InlineData("wg1", false)]
    [InlineData("./wg0", false)]
    [InlineData("wg0.conf", false)]
    public void Name_AsWgQuickTakesIt_StandsForItsFile(string given, bool found)
    {
        var folder = Directory.CreateTempSubdirectory("relay-config-");
        try
        {
            var file = Path.Combine(folder.FullName, "wg0.conf");
            File.WriteAllText(file, "");
            Assert.Equal(found ? file : given, ConfigFile.Find(given, folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
