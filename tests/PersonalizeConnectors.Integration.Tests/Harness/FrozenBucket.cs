using System.Text.RegularExpressions;
using PersonalizeConnectors.Tests.Shared;

namespace PersonalizeConnectors.Integration.Tests.Harness;

/// <summary>
/// Holds back everything that the programs behind a proxy write to S3, from the moment that an object was written: the step that comes next then
/// waits in its middle until this is thawed. What waits is never passed on where its process is gone by then.
/// </summary>
internal sealed class FrozenBucket
{
    private readonly TaskCompletionSource _frozen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _thawed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="after">End of the key; a star stands for a folder's name. Empty: from now on.</param>
    public FrozenBucket(FaultyProxy proxy, string after)
    {
        var pattern = new Regex("/" + Regex.Escape(after).Replace(@"\*", "[^/]+", StringComparison.Ordinal) + @"\z");
        if (after.Length == 0)
        {
            _frozen.SetResult();
        }

        proxy.OnRequest = async (request, stop) =>
        {
            if (request.IsWrite && _frozen.Task.IsCompleted)
            {
                await _thawed.Task.WaitAsync(stop);
            }

            return null;
        };
        proxy.LosesAnswer = (request, status) =>
        {
            if (request.IsWrite && status == 200 && pattern.IsMatch(request.Path))
            {
                _frozen.TrySetResult();
            }

            return false;
        };
    }

    public bool IsFrozen => _frozen.Task.IsCompleted;

    public void Thaw() => _thawed.TrySetResult();
}
