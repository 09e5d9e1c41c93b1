namespace ProxyGuard.Core.Html;

/// <summary>
/// Finds the <c>&gt;</c> that ends a comment: after <c>--</c>, after <c>--!</c>, and at once in <c>&lt;!--&gt;</c> and <c>&lt;!---&gt;</c>.
/// WHATWG HTML 13.2.5.43 to 13.2.5.52; its "less-than sign" states only report errors and are left out.
/// A fresh one stands after <c>&lt;!--</c>.
/// </summary>
internal struct CommentEnd
{
    private State _state;

    private enum State
    {
        Start,
        StartDash,
        Text,
        Dash,
        DashDash,
        Bang,
    }

    /// <summary>Takes one byte; true when it was the one that ends the comment.</summary>
    public bool Take(byte b)
    {
        if (b == '>' && _state is not (State.Text or State.Dash))
            return true;

        _state = (_state, b) switch
        {
            (State.Start, (byte)'-') => State.StartDash,
            (State.Text or State.Bang, (byte)'-') => State.Dash,
            (State.StartDash or State.Dash or State.DashDash, (byte)'-') => State.DashDash,
            (State.DashDash, (byte)'!') => State.Bang,
            _ => State.Text,
        };
        return false;
    }
}
