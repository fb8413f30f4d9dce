// Each test fills a machine with relays and clients, and some judge times.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
