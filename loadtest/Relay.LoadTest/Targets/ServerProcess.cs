using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Relay.LoadTest.Commands;

namespace Relay.LoadTest.Targets;

/// <summary>A program that is measured, started by us, on processors of its own if wanted, and ended with us.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const int MaxErrors = 4096;
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    /// <param name="program">What to start.</param>
    /// <param name="arguments">With what.</param>
    /// <param name="processors">Processors it is kept on; none for any.</param>
    /// <exception cref="LoadException">It cannot be started.</exception>
    internal ServerProcess(string program, IEnumerable<string> arguments, IReadOnlyList<int> processors)
    {
        // taskset becomes the program: the process id is the same.
        string[] words = [program, .. arguments];
        if (processors.Count > 0)
            words = ["taskset", "-c", string.Join(',', processors.Select(one => one.ToString(CultureInfo.InvariantCulture))), .. words];
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(words[0], words[1..])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["NO_COLOR"] = "1" },
            },
        };
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        try
        {
            _process.Start();
        }
        catch (Win32Exception e)
        {
            throw LoadException.Unavailable($"{words[0]}: cannot be started ({e.Message}); is it installed?", e);
        }

        _process.BeginErrorReadLine();
    }

    internal int Id => _process.Id;

    /// <summary>Waits for so long at most; true when it has ended.</summary>
    internal bool EndsWithin(TimeSpan time) => _process.WaitForExit(time);

    internal StreamReader Output => _process.StandardOutput;

    /// <summary>The first of what it wrote to standard error; of a process that has ended, what there is to know.</summary>
    internal string Errors
    {
        get
        {
            // What it wrote at last may still be on its way, and only this waits for it.
            if (_process.WaitForExit(LastWords)) _process.WaitForExit();
            lock (_errors) return _errors.ToString().Trim();
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Note(string? line)
    {
        lock (_errors)
        {
            if (line is not null && _errors.Length < MaxErrors) _errors.AppendLine(line);
        }
    }
}
