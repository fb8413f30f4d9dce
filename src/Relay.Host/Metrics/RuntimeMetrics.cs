using System.Diagnostics;
using Prometheus;

namespace Relay.Host.Metrics;

/// <summary>What the process and its runtime use.</summary>
internal sealed class RuntimeMetrics : IMetricGroup
{
    private readonly Counter _cpu;
    private readonly Gauge _resident;
    private readonly Gauge _files;
    private readonly Counter _gcPause;
    private readonly Counter _collections;
    private readonly Gauge _heap;
    private readonly Counter _allocated;
    private readonly Gauge _threads;
    private readonly Gauge _queued;
    private readonly Counter _items;
    private readonly Counter _contentions;

    public RuntimeMetrics(MetricFactory make)
    {
        _cpu = make.CreateCounter("relay_process_cpu_seconds_total", "CPU time of the process, all threads.");
        _resident = make.CreateGauge("relay_process_resident_bytes", "Memory that the process holds in RAM.");
        _files = make.CreateGauge("relay_process_open_files", "File descriptors in use; 0 where the system does not tell.");
        make.CreateGauge("relay_process_cores", "Cores that the process may use.").Set(Environment.ProcessorCount);
        using (var self = Process.GetCurrentProcess())
        {
            make.CreateGauge("relay_process_start_time_seconds", "When the process started, in Unix time.")
                .Set(new DateTimeOffset(self.StartTime).ToUnixTimeMilliseconds() / 1000.0);
        }

        _gcPause = make.CreateCounter("relay_gc_pause_seconds_total", "Time that the process stood still for garbage collection.");
        _collections = make.CreateCounter("relay_gc_collections_total", "Garbage collections.", "generation");
        _heap = make.CreateGauge("relay_gc_heap_bytes", "Managed memory in use, garbage included.");
        _allocated = make.CreateCounter("relay_gc_allocated_bytes_total", "Managed memory allocated.");
        _threads = make.CreateGauge("relay_thread_pool_threads", "Threads of the pool.");
        _queued = make.CreateGauge("relay_thread_pool_queue_length", "Work that waits for a thread of the pool.");
        _items = make.CreateCounter("relay_thread_pool_items_total", "Work that threads of the pool have done.");
        _contentions = make.CreateCounter("relay_lock_contentions_total", "Times that a thread waited for another one's lock.");
    }

    public void Update()
    {
        using (var self = Process.GetCurrentProcess())
        {
            _cpu.IncTo(self.TotalProcessorTime.TotalSeconds);
            _resident.Set(self.WorkingSet64);
        }

        _files.Set(OpenFiles.Count());
        _gcPause.IncTo(GC.GetTotalPauseDuration().TotalSeconds);
        for (var generation = 0; generation <= GC.MaxGeneration; generation++) _collections.WithLabels($"{generation}").IncTo(GC.CollectionCount(generation));
        _heap.Set(GC.GetTotalMemory(forceFullCollection: false));
        _allocated.IncTo(GC.GetTotalAllocatedBytes());
        _threads.Set(ThreadPool.ThreadCount);
        _queued.Set(ThreadPool.PendingWorkItemCount);
        _items.IncTo(ThreadPool.CompletedWorkItemCount);
        _contentions.IncTo(Monitor.LockContentionCount);
    }
}
