using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Relay.Testing;

namespace Relay.EndToEnd.Tests;

/// <summary>A real HAProxy or nginx in front of a relayd, on a port of its own, with files in a folder of its own. Connects from 127.0.0.8.</summary>
internal sealed class ProxyServer : IAsyncDisposable
{
    /// <summary>Where it connects from.</summary>
    public const string Address = "127.0.0.8";

    private readonly string _folder;
    private readonly Process _process;

    private ProxyServer(Process process, string folder, int port, string? pin) => (_process, _folder, Port, Pin) = (process, folder, port, pin);

    public int Port { get; }

    /// <summary>The hash of its certificate; null where it passes TLS on.</summary>
    public string? Pin { get; }

    public static async Task<ProxyServer> StartAsync(string kind, IPEndPoint relay)
    {
        var folder = Directory.CreateTempSubdirectory("relay-proxy-").FullName;
        var port = FreePort.Tcp();
        var certificate = LoopbackCertificate.Make();
        certificate.Write(folder, "leaf");
        await File.WriteAllTextAsync(Path.Combine(folder, "both.pem"), $"{certificate.Certificate}\n{certificate.Key}\n");
        var isNginx = kind.EndsWith("nginx", StringComparison.Ordinal);
        var tool = Requires.Tool(isNginx ? "nginx" : "haproxy");
        var configuration = Path.Combine(folder, "proxy.conf");
        await File.WriteAllTextAsync(configuration, Configuration(kind, folder, port, relay));
        string[] arguments = isNginx ? ["-p", folder, "-c", configuration] : ["-db", "-f", configuration];
        var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        var server = new ProxyServer(process, folder, port, kind.StartsWith("pass", StringComparison.Ordinal) ? null : certificate.Pin);
        await Eventually.True(async () => process.HasExited ? throw new InvalidOperationException(await errors) : await AnswersAsync(port), $"{kind} to listen");
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Configuration(string kind, string folder, int port, IPEndPoint relay) => kind switch
    {
        "pass v1" => Passing(port, relay, "send-proxy"),
        "pass v2" => Passing(port, relay, "send-proxy-v2"),
        "pass nginx" => $$"""
            load_module {{Requires.Existing("/usr/lib/nginx/modules/ngx_stream_module.so")}};
            daemon off;
            master_process off;
            pid {{folder}}/nginx.pid;
            error_log stderr;
            events { worker_connections 256; }
            stream {
              server {
                listen 127.0.0.1:{{port}};
                proxy_pass {{relay}};
                proxy_bind {{Address}};
                proxy_protocol on;
              }
            }

            """,
        "haproxy" => $"""
            defaults
              mode http
              timeout connect 5s
              timeout client 30s
              timeout server 30s
              timeout tunnel 1m
            listen relay
              bind 127.0.0.1:{port} ssl crt {folder}/both.pem
              option forwardfor
              server relay {relay} source {Address}

            """,
        _ => $$"""
            daemon off;
            master_process off;
            pid {{folder}}/nginx.pid;
            error_log stderr;
            events { worker_connections 256; }
            http {
              access_log off;
              client_body_temp_path {{folder}}/body; proxy_temp_path {{folder}}/proxy; fastcgi_temp_path {{folder}}/f; uwsgi_temp_path {{folder}}/u; scgi_temp_path {{folder}}/s;
              server {
                listen 127.0.0.1:{{port}} ssl;
                ssl_certificate {{folder}}/leaf.crt;
                ssl_certificate_key {{folder}}/leaf.key;
                location / {
                  proxy_pass http://{{relay}};
                  proxy_bind {{Address}};
                  proxy_http_version 1.1;
                  proxy_buffering off;
                  proxy_set_header Host $http_host;
                  proxy_set_header Upgrade $http_upgrade;
                  proxy_set_header Connection "upgrade";
                  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                }
              }
            }
            """,
    };

    private static string Passing(int port, IPEndPoint relay, string how) => $"""
        defaults
          mode tcp
          timeout connect 5s
          timeout client 1m
          timeout server 1m
        listen relay
          bind 127.0.0.1:{port}
          server relay {relay} {how} source {Address}

        """;

    private static async Task<bool> AnswersAsync(int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
