// Each test fills a machine with relays and clients, and some judge times.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
