using System.Net;
using System.Text;
using PersonalizeConnectors.Activities.Deliver;
using PersonalizeConnectors.Activities.Deliver.Braze;

namespace PersonalizeConnectors.Activities.Tests.Deliver.Braze;

public sealed class BrazeResponseReaderTests
{
    private const int Sent = 3;

    [Theory]
    [InlineData(201, """{"message":"success","attributes_processed":3}""")]
    [InlineData(200, """{"message":"success"}""")]
    [InlineData(201, """{"message":"success","attributes_processed":3,"errors":[]}""")]
    [InlineData(202, """{"message":"queued"}""")]
    public void Read_Taken_EverybodyAccepted(int status, string body) =>
        Assert.Empty(Assert.IsType<BatchResponse.Settled>(Read(status, body)).Rejections);

    [Theory]
    [InlineData("""{"message":"success","attributes_processed":2,"errors":[{"type":"bad","input_array":"attributes","index":1}]}""")]
    [InlineData("""{"message":"success","attributes_processed":2,"errors":[{"type":"bad","index":1}]}""")]
    [InlineData("""{"message":"success","attributes_processed":2,"errors":[{"type":"bad","index":1},{"type":"worse","index":1}]}""")]
    public void Read_ErrorWithIndex_IsThatObject(string body) =>
        Assert.Equal([new PayloadRejection(1, "1: bad")], Assert.IsType<BatchResponse.Settled>(Read(201, body)).Rejections);

    [Theory]
    [InlineData("""{"message":"success","errors":[{"type":"half \ud83d of a pair","index":1}]}""")]
    [InlineData("""{"message":"success","\u0065rrors":[{"type":"\udc00","index":1}]}""")]
    public void Read_ReasonIsNoText_IsThatObjectWithoutAReason(string body) => Assert.Equal(
        [new PayloadRejection(1, "1: Braze gave no reason.")], Assert.IsType<BatchResponse.Settled>(Read(201, body)).Rejections);

    [Theory]
    [InlineData(200, "")]
    [InlineData(201, "<html>")]
    [InlineData(201, "[]")]
    [InlineData(201, """{"message":"queued"}""")]
    [InlineData(201, """{"message":"something else"}""")]
    [InlineData(201, """{"message":"\ud800"}""")]
    [InlineData(201, """{"message":"success","errors":[{"type":"bad","index":1,"input_array":"\udc00"}]}""")]
    [InlineData(201, """{"mess\ud800":"success"}""")]
    [InlineData(201, """{"message":"success","err\ud800rs":[]}""")]
    [InlineData(201, """{"message":"success","errors":[{"type":"a","index":1,"in\ud83dut_array":"a"}]}""")]
    [InlineData(201, """{"attributes_processed":3}""")]
    [InlineData(201, """{"message":"success","attributes_processed":2}""")]
    [InlineData(201, """{"message":"success","attributes_processed":"3"}""")]
    [InlineData(201, """{"message":"success","attributes_processed":3,"errors":[{"type":"bad","index":1}]}""")]
    [InlineData(201, """{"message":"success","attributes_processed":2,"errors":["a text"]}""")]
    [InlineData(201, """{"message":"success","attributes_processed":2,"errors":[{"type":"bad"}]}""")]
    [InlineData(201, """{"message":"success","attributes_processed":2,"errors":[{"type":"bad","index":3}]}""")]
    [InlineData(201, """{"message":"success","attributes_processed":2,"errors":[{"type":"bad","index":-1}]}""")]
    [InlineData(201, """{"message":"success","attributes_processed":2,"errors":[{"type":"bad","index":"1"}]}""")]
    [InlineData(201, """{"message":"success","attributes_processed":2,"errors":[{"type":"bad","index":1,"input_array":"events"}]}""")]
    [InlineData(201, """{"message":"success","attributes_processed":2,"errors":{"type":"bad"}}""")]
    public void Read_TakenButOdd_IsUnclear(int status, string body) => Assert.IsType<BatchResponse.Unclear>(Read(status, body));

    [Fact]
    public void Read_AllObjectsInvalid_AllRejected()
    {
        var response = Read(
            400, """{"message":"Valid data must be provided","errors":[{"type":"a","index":2},{"type":"b","index":0},{"type":"c","index":1}]}""");

        Assert.Equal([2, 0, 1], Assert.IsType<BatchResponse.Settled>(response).Rejections.Select(r => r.Index));
    }

    [Theory]
    [InlineData(400, """{"message":"Max input length exceeded"}""")]
    [InlineData(400, """{"message":"no","errors":[{"type":"a","index":2}]}""")]
    [InlineData(400, "<html>")]
    [InlineData(413, "")]
    public void Read_WholeRequestRefused_IsHalved(int status, string body) => Assert.IsType<BatchResponse.Refused>(Read(status, body));

    [Theory]
    [InlineData(301)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(415)]
    [InlineData(422)]
    public void Read_AccountOrAddressRefused_Stops(int status) => Assert.IsType<BatchResponse.Stop>(Read(status, "{}"));

    [Fact]
    public void Read_TooManyRequests_IsRateLimited() => Assert.IsType<BatchResponse.RateLimited>(Read(429, "whatever"));

    [Theory]
    [InlineData(408)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public void Read_ServerFailed_IsTriedAgain(int status) => Assert.IsType<BatchResponse.Failed>(Read(status, "<html>"));

    private static BatchResponse Read(int status, string body) =>
        BrazeResponseReader.Read((HttpStatusCode)status, Encoding.UTF8.GetBytes(body), Sent, (index, text) => $"{index}: {text}");
}
