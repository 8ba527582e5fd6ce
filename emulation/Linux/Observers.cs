namespace Lab.Emulation.Linux;

/// <summary>Notifies those who observe something. A fault of one of them ends neither the others nor what they observe.</summary>
public static class Observers
{
    /// <summary>Notifies all.</summary>
    /// <param name="observers">The handlers of an event; null for none.</param>
    /// <param name="happened">What they get.</param>
    /// <param name="fault">Gets what a handler has thrown.</param>
    public static void Notify<T>(this Action<T>? observers, T happened, Action<Exception> fault)
    {
        foreach (var observer in observers is null ? [] : Delegate.EnumerateInvocationList(observers).ToList())
        {
            try
            {
                observer(happened);
            }
            catch (Exception e)
            {
                fault(e);
            }
        }
    }

    private static List<Action<T>> ToList<T>(this Delegate.InvocationListEnumerator<Action<T>> handlers)
    {
        var all = new List<Action<T>>();
        foreach (var handler in handlers)
        {
            all.Add(handler);
        }

        return all;
    }
}
