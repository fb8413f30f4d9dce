using System.Runtime.Versioning;

// As is what is tested.
[assembly: SupportedOSPlatform("linux")]
