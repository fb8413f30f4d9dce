using Microsoft.Extensions.Logging.Console;
using Relay.Host.Configuration;

namespace Relay.Host.Startup;

/// <summary>Logs go to standard error, a line each, in UTC; standard output is for what was asked for.</summary>
internal static class RelaydLogging
{
    internal static ILoggingBuilder AddRelaydConsole(this ILoggingBuilder logging, RelaydOptions options, TimeProvider time)
    {
        logging.SetMinimumLevel(options.LogLevel);
        // A line for each request would let anybody fill the disk; the framework speaks up when something is wrong.
        logging.AddFilter("Microsoft", options.LogLevel > LogLevel.Debug ? LogLevel.Warning : options.LogLevel);
        // What keeps the host from starting is the one line that the command prints; its stack is nobody's business.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddSimpleConsole(format =>
        {
            format.SingleLine = true;
            format.UseUtcTimestamp = true;
            format.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        });
        logging.Services.Configure<ConsoleLoggerOptions>(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            // Whoever takes the lines may stop to, and then clients would wait for it: rather the lines are lost, and counted.
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
        logging.ClearProviders();
        logging.Services.AddSingleton<ConsoleLoggerProvider>();
        logging.Services.AddSingleton<ILoggerProvider>(provider => new BoundedLoggerProvider(provider.GetRequiredService<ConsoleLoggerProvider>(), time));
        return logging;
    }
}
