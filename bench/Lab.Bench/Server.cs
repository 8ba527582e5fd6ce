using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Lab.Model.Network;

namespace Lab.Bench;

/// <summary>A server process under measurement.</summary>
internal sealed class Server : IDisposable
{
    private readonly Process _process;

    private Server(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    /// <summary>The most memory that it has ever held, in MB.</summary>
    public long PeakMegabytes
    {
        get
        {
            var line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) / 1024;
        }
    }

    public static async Task<Server> BootAsync(string data, string assets)
    {
        var port = FreePorts.One();
        var program = Path.Combine(AppContext.BaseDirectory, "Lab.BootServer.dll");
        return await StartAsync(port, "dotnet", program, $"-address=127.0.0.1:{port}", $"-data-path={data}", $"-assets-path={assets}");
    }

    public static async Task<Server> MatchboxAsync(string data, string assets)
    {
        var port = FreePorts.One();
        return await StartAsync(port, "matchbox", $"-address=127.0.0.1:{port}", $"-data-path={data}", $"-assets-path={assets}");
    }

    public static async Task<Server> NginxAsync(string prefix, string root)
    {
        var port = FreePorts.One();
        var configuration = Path.Combine(prefix, "nginx.conf");
        await File.WriteAllTextAsync(
            configuration,
            $$"""
            user {{Environment.UserName}};
            worker_processes auto;
            daemon off;
            pid {{prefix}}/nginx.pid;
            error_log {{prefix}}/error.log;
            events { worker_connections 1024; }
            http {
              access_log off;
              sendfile on;
              tcp_nopush on;
              keepalive_requests 1000000;
              client_body_temp_path {{prefix}}/body;
              proxy_temp_path {{prefix}}/proxy;
              fastcgi_temp_path {{prefix}}/fastcgi;
              uwsgi_temp_path {{prefix}}/uwsgi;
              scgi_temp_path {{prefix}}/scgi;
              server { listen 127.0.0.1:{{port}}; location /assets/ { alias {{root}}/; } }
            }
            """
        );
        return await StartAsync(port, "nginx", "-p", prefix, "-c", configuration);
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task<Server> StartAsync(int port, string program, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        var deadline = DateTime.UtcNow.AddSeconds(20);
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return new Server(process, port);
            }
            catch (SocketException) when (DateTime.UtcNow < deadline && !process.HasExited)
            {
                await Task.Delay(20);
            }
        }
    }
}
