namespace ProxyGuard.Benchmarks;

/// <summary>It could not be measured; the message says why, for whoever started it.</summary>
internal sealed class MeasuringException(string message) : Exception(message);
