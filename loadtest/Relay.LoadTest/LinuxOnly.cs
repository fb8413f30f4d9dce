using System.Runtime.Versioning;

// It reads /proc and waits with epoll.
[assembly: SupportedOSPlatform("linux")]
