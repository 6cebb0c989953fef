using System.Text;
using PersonalizeConnectors.Activities.Deliver;
using PersonalizeConnectors.Activities.Deliver.Braze;
using PersonalizeConnectors.Activities.Tests.Fakes;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Tests.Deliver.Braze;

public sealed class BrazePayloadWriterTests : IDisposable
{
    private static readonly ConnectorConfiguration Base = new() { Name = "braze", Type = "braze", AttributePrefix = "r_" };

    private readonly FakeScratch _scratch = new();
    private readonly FakeObjectStore _store = new();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private long _collapsed;

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task Write_ParallelArraysConfigured_AListPerFieldWithGaps()
    {
        var json = await WriteAsync(Base with { ItemMetadataFields = ["name", "price", "color"] }, "u-1", [0, 1, 2]);

        Assert.Equal(
            """
            {"external_id":"u-1","r_name":["Tent","L\u00e4mp \"x\"",""],"r_price":[90.990,"",1e2],"r_color":["","",""],"r_itemId":["i-0","i-1","i-2"]}
            """.Trim(),
            json);
        Assert.Equal(["r_color", "r_itemId", "r_name", "r_price"], _names.Order());
    }

    [Fact]
    public async Task Write_ParallelArraysDefault_FieldsInOrderOfFirstSight()
    {
        var json = await WriteAsync(Base, "u-1", [2, 0]);

        Assert.Equal(
            """
            {"external_id":"u-1","r_price":[1e2,90.990],"r_tags":["{\"k\": [1,\"a\"]}",""],"r_name":["","Tent"],"r_itemId":["i-2","i-0"]}
            """.Trim(),
            json);
        Assert.Equal(0, _collapsed);
    }

    [Fact]
    public async Task Write_ParallelArraysWithEqualValues_CountsTheUser()
    {
        await WriteAsync(Base with { ItemMetadataFields = ["name"] }, "u-1", [0, 3]);
        Assert.Equal(1, _collapsed);
    }

    [Fact]
    public async Task Write_Scores_StandAsPersonalizeWroteThem()
    {
        var json = await WriteAsync(Base with { IncludeScores = true, ItemMetadataFields = ["name"] }, "u-1", [0, 1], ["0.50", ""]);

        Assert.EndsWith(""","r_itemId":["i-0","i-1"],"r_score":[0.50,""]}""", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_ArrayOfObjects_LeavesGapsOut()
    {
        var json = await WriteAsync(
            Base with { AttributeShape = AttributeShape.ArrayOfObjects, IncludeScores = true, UpdateExistingOnly = true }, "u-1", [0, 1], ["0.50", ""]);

        Assert.Equal(
            """
            {"external_id":"u-1","_update_existing_only":true,"r_items":[{"name":"Tent","price":90.990,"itemId":"i-0","score":0.50},{"name":"L\u00e4mp \"x\"","itemId":"i-1"}]}
            """.Trim(),
            json);
        Assert.Equal(["r_items"], _names);
    }

    [Fact]
    public async Task Write_ItemIds_OneList()
    {
        var json = await WriteAsync(Base with { AttributeShape = AttributeShape.ItemIds, AttributePrefix = "" }, "u\"1", [1, 0]);

        Assert.Equal("""{"external_id":"u\"1","itemIds":["i-1","i-0"]}""", json);
    }

    [Theory]
    [InlineData(false, "false")]
    [InlineData(true, "true")]
    public async Task Write_Alias_SaysWhetherUsersAreMade(bool existingOnly, string expected)
    {
        var connector = Base with
        {
            AttributeShape = AttributeShape.ItemIds,
            Identifier = UserIdentifier.UserAlias,
            AliasLabel = "crm",
            UpdateExistingOnly = existingOnly,
        };

        Assert.Equal(
            $$$"""{"user_alias":{"alias_name":"u-1","alias_label":"crm"},"_update_existing_only":{{{expected}}},"r_itemIds":["i-0"]}""",
            await WriteAsync(connector, "u-1", [0]));
    }

    [Fact]
    public async Task Write_OtherAttributes_StandBeforeTheShape()
    {
        var connector = Base with
        {
            AttributeShape = AttributeShape.ItemIds,
            OtherAttributes = [new("source", "\"batch\""), new("depth", "{ \"a\": 1.50 }")],
        };

        Assert.Equal(
            """{"external_id":"u-1","source":"batch","depth":{"a":1.50},"r_itemIds":["i-0"]}""", await WriteAsync(connector, "u-1", [0]));
        Assert.Equal(["depth", "r_itemIds", "source"], _names.Order());
    }

    [Fact]
    public async Task Write_Clear_NullsEveryNameAndNeverMakesAUser()
    {
        var json = await WriteAsync(Base, "u-1", null, sent: ["r_name", "old"]);

        Assert.Equal("""{"external_id":"u-1","_update_existing_only":true,"old":null,"r_name":null}""", json);
        Assert.Empty(_names);
    }

    [Fact]
    public async Task Write_ClearWithNothingEverSent_SendsNothing() => Assert.Equal("nothing", await WriteAsync(Base, "u-1", null));

    [Theory]
    [InlineData(AttributeShape.ParallelArrays)]
    [InlineData(AttributeShape.ArrayOfObjects)]
    public async Task Write_LongText_IsRefusedByTheFieldsName(AttributeShape shape)
    {
        var reason = await WriteAsync(Base with { AttributeShape = shape, ItemMetadataFields = ["name"] }, "u-1", [4]);

        Assert.Contains(shape == AttributeShape.ParallelArrays ? "r_name" : "r_items", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("u-1", reason, StringComparison.Ordinal);
        Assert.Empty(_names);
    }

    [Fact]
    public async Task Write_NullInsideAnItem_IsRefusedWhereBrazeWouldDropIt()
    {
        Assert.StartsWith("refused", await WriteAsync(Base with { AttributeShape = AttributeShape.ArrayOfObjects }, "u-1", [5]), StringComparison.Ordinal);
        Assert.StartsWith("{", await WriteAsync(Base, "u-1", [5]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_MoreThan500Items_IsRefusedAsAListOnly()
    {
        var places = Enumerable.Repeat(0, 501).ToArray();

        Assert.StartsWith("refused", await WriteAsync(Base with { AttributeShape = AttributeShape.ItemIds }, "u-1", places), StringComparison.Ordinal);
        Assert.StartsWith("refused", await WriteAsync(Base, "u-1", places), StringComparison.Ordinal);
        Assert.StartsWith("{", await WriteAsync(Base with { AttributeShape = AttributeShape.ArrayOfObjects }, "u-1", places), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("email", "name")]
    [InlineData("", "country")]
    public async Task Write_ReservedName_IsRefused(string other, string field)
    {
        var connector = Base with
        {
            AttributePrefix = "",
            ItemMetadataFields = [field],
            OtherAttributes = other.Length == 0 ? [] : [new(other, "\"x\"")],
        };

        Assert.Contains("reserved", await WriteAsync(connector, "u-1", [0]), StringComparison.Ordinal);
    }

    private async Task<string> WriteAsync(ConnectorConfiguration connector, string user, int[]? items, string[]? scores = null, string[]? sent = null)
    {
        await CatalogWriter.WriteAsync(
            _store, "catalog", ["name", "price", "tags"],
            new("i-0", ("name", "\"Tent\""), ("price", "90.990")),
            new("i-1", ("name", "\"L\\u00e4mp \\\"x\\\"\"")),
            new("i-2", ("price", "1e2"), ("tags", "{\"k\": [1,\"a\"]}")),
            new("i-3", ("name", "\"Tent\"")),
            new("i-4", ("name", $"\"{new string('x', 256)}\"")),
            new("i-5", ("tags", "{\"k\":null}")));
        using var mapped = await _scratch.MapAsync(_store, "catalog", "run", TestContext.Current.CancellationToken);
        using var writer = new BrazePayloadWriter(connector, new Catalog(mapped.File), sent ?? []);
        using var recommendations = new RecommendationBuffer();
        for (var i = 0; i < items?.Length; i++)
        {
            recommendations.Add(items[i], Encoding.UTF8.GetBytes(scores?[i] ?? ""), 0);
        }

        using var target = new ByteWriter();
        _names.Clear();
        var update = new UserUpdate(
            Encoding.UTF8.GetBytes(user), items is null ? UpdateOperation.Clear : UpdateOperation.Set, recommendations, [], new Catalog(mapped.File), null);
        var result = writer.Write(update, target, _names);
        _collapsed = writer.CollapsedUsers;
        return result switch
        {
            RenderResult.Refused refused => "refused: " + refused.Reason,
            RenderResult.NothingToSend => "nothing",
            _ => Encoding.UTF8.GetString(target.Written),
        };
    }
}
