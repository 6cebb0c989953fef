using System.Text;
using PersonalizeConnectors.Activities.Deliver.Braze;

namespace PersonalizeConnectors.Activities.Tests.Deliver.Braze;

public sealed class BrazeDataPointsTests
{
    [Theory]
    [InlineData("""{"external_id":"u"}""", 0)]
    [InlineData("""{"user_alias":{"alias_name":"a","alias_label":"b"},"_update_existing_only":false}""", 0)]
    [InlineData("""{"external_id":"u","a":1,"b":"x","c":true,"d":null}""", 4)]
    [InlineData("""{"external_id":"u","ids":["1","2","3"]}""", 1)]
    [InlineData("""{"external_id":"u","ids":[]}""", 1)]
    [InlineData("""{"external_id":"u","items":[{"a":1,"b":2},{"a":1}]}""", 3)]
    [InlineData("""{"external_id":"u","song":{"name":"n","artist":"a","album":"b","genre":"g","plays":{"count":1,"top":true}}}""", 7)]
    [InlineData("""{"external_id":"u","empty":{}}""", 1)]
    [InlineData("""{"external_id":"u","items":[{"external_id":"deep"}]}""", 1)]
    public void Of_Payload_CountsAsBrazeBills(string payload, long expected) => Assert.Equal(expected, BrazeDataPoints.Of(Encoding.UTF8.GetBytes(payload)));
}
