namespace Lab.Tests.BootServer;

/// <summary>Endpoints, labels, groups and profiles as the original answers them.</summary>
public sealed class ConformanceTests(ConformanceFixture fixture) : IClassFixture<ConformanceFixture>
{
    private const string Default = "#!ipxe\nkernel /assets/default/vmlinuz\ninitrd /assets/default/initrd\nboot\n";

    private const string Node1 =
        "#!ipxe\nkernel /assets/vmlinuz initrd=a.xz talos.config=http://m/generic?uuid=${uuid}&mac=${mac:hexhyp} "
        + "extra.config=http://m/assets/conf/${mac:hexhyp}.yaml console=ttyS0\ninitrd --name a.xz /assets/a.xz\n"
        + "initrd http://m:8080/assets/b.xz\nboot\n";

    private const string Installed = "#!ipxe\nkernel /assets/vmlinuz a=b c\ninitrd /assets/a.xz\nboot\n";
    private const string TieA = "#!ipxe\nkernel tie-a\nboot\n";
    private const string TieZ = "#!ipxe\nkernel tie-z\nboot\n";
    private const string PlainText = "text/plain; charset=utf-8";

    [Theory]
    [InlineData("/")]
    [InlineData("/?q=1")]
    public async Task The_root_names_the_server(string target) => await ExpectAsync(target, 200, PlainText, "matchbox\n");

    [Theory]
    [InlineData("/boot.ipxe")]
    [InlineData("/boot.ipxe.0")]
    [InlineData("/boot.ipxe?mac=x")]
    [InlineData("/%62oot.ipxe")]
    [InlineData("http://elsewhere/boot.ipxe")]
    public async Task The_first_script_asks_the_machine_what_it_is(string target)
    {
        var answer = await ExpectAsync(
            target,
            200,
            PlainText,
            "#!ipxe\nchain ipxe?uuid=${uuid}&mac=${mac:hexhyp}&domain=${domain}&hostname=${hostname}&serial=${serial}&arch=${buildarch:uristring}\n"
        );
        Assert.Equal("132", answer["Content-Length"]);
    }

    [Theory]
    [InlineData("", Default)]
    [InlineData("?", Default)]
    [InlineData("?mac=52:54:00:89:d8:10", Node1)]
    [InlineData("?mac=52-54-00-89-d8-10", Node1)]
    [InlineData("?mac=52:54:00:89:D8:10", Node1)]
    [InlineData("?mac=5254.0089.d810", Node1)]
    [InlineData("?mac=52%3A54%3A00%3A89%3Ad8%3A10", Node1)]
    [InlineData("?uuid=0&mac=52-54-00-89-d8-10&domain=&hostname=&serial=&arch=arm64", Node1)]
    [InlineData("?mac=52540089d810", Default)]
    [InlineData("?mac=zz", Default)]
    [InlineData("?mac=", Default)]
    [InlineData("?mac=52:54:00:89:d8", Default)]
    [InlineData("?mac=52:54:00:89-d8:10", Default)]
    [InlineData("?MAC=52:54:00:89:d8:10", Default)]
    [InlineData("?MAC=aa-bb-cc-dd-ee-ff", TieA)]
    [InlineData("?mac=aa-bb-cc-dd-ee-ff", Default)]
    [InlineData("?mac=52-54-00-89-d8-10&mac=00-00-00-00-00-00", Node1)]
    [InlineData("?mac=00-00-00-00-00-00&mac=52-54-00-89-d8-10", Default)]
    [InlineData("?mac=52-54-00-89-d8-10&os=installed", Installed)]
    [InlineData("?mac=52-54-00-89-d8-10&os=Installed", Node1)]
    [InlineData("?region=a", TieA)]
    [InlineData("?Region=a", Default)]
    [InlineData("?region=A", Default)]
    [InlineData("?region=a&zone=b", TieZ)]
    [InlineData("?zone=b&region=a", TieZ)]
    [InlineData("?region=a&mac=52-54-00-89-d8-10", TieA)]
    [InlineData("?p=%zz&region=a", TieA)]
    [InlineData("?p;q=1&region=a", TieA)]
    [InlineData("?p=empty", Node1)]
    [InlineData("?p=empty&absent=", Node1)]
    [InlineData("?p=empty&absent=1", Default)]
    [InlineData("?p=emptyboot", "#!ipxe\nkernel \nboot\n")]
    [InlineData("?p=idmismatch", "#!ipxe\nkernel mismatch\nboot\n")]
    [InlineData("?p=spaces", "#!ipxe\nkernel /assets/my kernel<>&\" a b c=\"d e\" \ninitrd --name a /assets/i\nboot\n")]
    [InlineData("?p=unknown", Default)]
    public async Task A_machine_gets_the_script_of_the_group_that_it_matches_best(string query, string script) =>
        await ExpectAsync("/ipxe" + query, 200, PlainText, script);

    [Fact]
    public async Task Grub_gets_both_menu_entries() =>
        await ExpectAsync(
            "/grub?mac=52-54-00-89-d8-10&os=installed",
            200,
            PlainText,
            "default=0\nfallback=1\ntimeout=1\nmenuentry \"CoreOS (EFI)\" {\necho \"Loading kernel\"\nlinuxefi \"/assets/vmlinuz\" a=b c\n"
                + "echo \"Loading initrd\"\ninitrdefi  \"/assets/a.xz\"\n}\nmenuentry \"CoreOS (BIOS)\" {\necho \"Loading kernel\"\n"
                + "linux \"/assets/vmlinuz\" a=b c\necho \"Loading initrd\"\ninitrd  \"/assets/a.xz\"\n}\n"
        );

    [Theory]
    [InlineData("/ipxe?p=noprofile")]
    [InlineData("/ipxe?p=missing")]
    [InlineData("/ipxe?p=noboot")]
    [InlineData("/ipxe?p=noid")]
    [InlineData("/ipxe?p=trailing")]
    [InlineData("/grub?p=noboot")]
    [InlineData("/generic")]
    [InlineData("/generic?mac=52-54-00-89-d8-10")]
    [InlineData("/generic?p=travout")]
    [InlineData("/generic?p=nogeneric")]
    [InlineData("/generic?p=broken")]
    [InlineData("/generic?p=sprig")]
    [InlineData("/cloud?p=notcloud")]
    [InlineData("/cloud?p=noboot")]
    [InlineData("/ignition?p=butane")]
    [InlineData("/ignition?p=noboot")]
    [InlineData("/ipxe/")]
    [InlineData("/ipxe/x")]
    [InlineData("/IPXE")]
    [InlineData("/boot.ipxe/")]
    [InlineData("/favicon.ico")]
    [InlineData("/ipxe.sig")]
    [InlineData("/ipxe.asc")]
    [InlineData("/metadata.sig")]
    [InlineData("/boot.ipxe.0.asc")]
    [InlineData("/assets/nope")]
    public async Task Whatever_is_not_there_is_the_one_404(string target)
    {
        var answer = await ExpectAsync(target, 404, PlainText, "404 page not found\n");
        Assert.Equal("nosniff", answer["X-Content-Type-Options"]);
        Assert.Equal("19", answer["Content-Length"]);
    }

    [Theory]
    [InlineData(
        "?mac=52-54-00-89-d8-10&foo=bar%20baz",
        PlainText,
        "name: node1\nmac: 52:54:00:89:d8:10\nfoo: bar baz\nraw: mac=52-54-00-89-d8-10&foo=bar%20baz\nbig: 1e+06\n"
    )]
    [InlineData("?p=trav", PlainText, "inside data root\n")]
    [InlineData("?p=builtins", PlainText, "0=x;1=y;three 3 1e+06 \"n<1>&\" v |2 n&lt;1&gt;&amp; n\\u003C1\\u003E\\u0026 n%3C1%3E%26 trimmed\n")]
    [InlineData("?p=html", PlainText, "n<1>&")]
    [InlineData("?p=jsonish", PlainText, "{\"a\":1}")]
    [InlineData("?p=blank", PlainText, "")]
    public async Task A_generic_template_is_rendered_with_metadata_selectors_and_query(string query, string contentType, string body)
    {
        var answer = await ExpectAsync("/generic" + query, 200, contentType, body);
        Assert.Equal("bytes", answer["Accept-Ranges"]);
        Assert.Null(answer["Last-Modified"]);
    }

    [Fact]
    public async Task A_part_of_a_generic_template_can_be_had()
    {
        var answer = await fixture.Server.GetAsync("/generic?p=jsonish", "Range: bytes=0-1\r\n");
        Assert.Equal((206, "{\"", "bytes 0-1/7"), (answer.Status, answer.Text, answer["Content-Range"]));
    }

    [Theory]
    [InlineData("?p=script", "#!/bin/sh\necho n<1>&\n")]
    [InlineData("?p=cloudconfig", "#cloud-config \nhostname: \"n<1>&\"\n")]
    public async Task A_cloud_config_is_a_script_or_begins_with_its_name(string query, string body) =>
        await ExpectAsync("/cloud" + query, 200, PlainText, body);

    [Fact]
    public async Task A_query_cannot_bring_the_yaml_reader_down() =>
        Assert.True((await fixture.Server.GetAsync("/cloud?p=deepcloud&x=" + new string('[', 300_000))).Status is 200 or 404);

    [Theory]
    [InlineData(
        "?p=ign",
        "{\"ignition\":{\"config\":{\"replace\":{\"verification\":{}}},\"proxy\":{},\"security\":{\"tls\":{}},\"timeouts\":{},\"version\":\"3.4.0\"},\"kernelArguments\":{},\"passwd\":{},\"storage\":{\"files\":[{\"group\":{},\"path\":\"/etc/\\u003ca\\u003e\",\"user\":{},\"contents\":{\"source\":\"data:,x\",\"verification\":{}},\"mode\":420}]},\"systemd\":{\"units\":[{\"enabled\":true,\"name\":\"a.service\"}]}}"
    )]
    [InlineData(
        "?p=ignbad",
        "{\"ignition\":{\"config\":{\"replace\":{\"verification\":{}}},\"proxy\":{},\"security\":{\"tls\":{}},\"timeouts\":{},\"version\":\"\"},\"kernelArguments\":{},\"passwd\":{},\"storage\":{},\"systemd\":{}}"
    )]
    public async Task An_ignition_config_is_brought_to_the_newest_spec(string query, string body) =>
        await ExpectAsync("/ignition" + query, 200, "application/json", body);

    [Theory]
    [InlineData("", "REQUEST_RAW_QUERY=|ROLE=spare")]
    [InlineData("?p=missing", "P=missing|REQUEST_QUERY_P=missing|REQUEST_RAW_QUERY=p=missing")]
    [InlineData(
        "?mac=52-54-00-89-d8-10&foo=bar&count=3",
        "BIG=1e+06|ETCD_NAME=node1|F=0.5|MAC=52:54:00:89:d8:10|MULTI=a|NO=false|NUM=3|REQUEST_QUERY_COUNT=3|REQUEST_QUERY_FOO=bar"
            + "|REQUEST_QUERY_MAC=52:54:00:89:d8:10|REQUEST_RAW_QUERY=mac=52-54-00-89-d8-10&foo=bar&count=3|SOME-KEY=dash|SOME_NESTED_DATA=v|YES=true|b"
    )]
    public async Task Metadata_is_one_line_a_value(string query, string sortedLines)
    {
        var answer = await fixture.Server.GetAsync("/metadata" + query);
        Assert.Equal((200, "plain/text"), (answer.Status, answer["Content-Type"]));
        var lines = answer.Text.TrimEnd('\n').Split('\n').Order(StringComparer.Ordinal);
        Assert.Equal(sortedLines, string.Join('|', lines));
    }

    [Theory]
    [InlineData("GET", "//ipxe", "/ipxe")]
    [InlineData("GET", "/a/../ipxe?q=1&r", "/ipxe?q=1&r")]
    [InlineData("POST", "/./grub", "/grub")]
    [InlineData("GET", "/assets", "/assets/")]
    [InlineData("GET", "/assets/../groups/default.json", "/groups/default.json")]
    [InlineData("GET", "/assets/%2e%2e/groups/default.json", "/groups/default.json")]
    [InlineData("GET", "/assets/..%2f..%2fetc/passwd", "/etc/passwd")]
    public async Task An_unclean_path_is_redirected_to_the_clean_one(string method, string target, string location)
    {
        var answer = await RawHttp.SendAsync(fixture.Server.Address, target, method);
        Assert.Equal((301, location), (answer.Status, answer["Location"]));
        Assert.Equal(method == "GET", answer.Text.Contains("Moved Permanently", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    public async Task Every_method_gets_the_same_answer(string method)
    {
        var answer = await RawHttp.SendAsync(fixture.Server.Address, "/ipxe?region=a", method, body: method == "POST" ? "zone=b" : "");
        Assert.Equal((200, TieA.Length.ToString()), (answer.Status, answer["Content-Length"]));
        Assert.Equal(method == "HEAD" ? "" : TieA, answer.Text);
    }

    [Fact]
    public async Task The_server_itself_can_be_asked_for_its_options() =>
        Assert.Equal(
            (200, "0"),
            await RawHttp.SendAsync(fixture.Server.Address, "*", "OPTIONS") is var answer ? (answer.Status, answer["Content-Length"]) : default
        );

    [Fact]
    public async Task The_answer_says_nothing_of_the_server()
    {
        var answer = await fixture.Server.GetAsync("/ipxe");
        Assert.Equal(["Connection", "Content-Length", "Content-Type", "Date"], answer.Headers.Keys.Order());
    }

    [Fact]
    public async Task An_old_client_is_answered() => Assert.Equal(200, (await RawHttp.SendAsync(fixture.Server.Address, "/ipxe", version: "HTTP/1.0")).Status);

    [Fact]
    public async Task A_long_query_is_accepted_and_an_endless_header_is_not()
    {
        Assert.Equal(200, (await fixture.Server.GetAsync("/ipxe?x=" + new string('a', 60_000))).Status);
        Assert.Equal(431, (await fixture.Server.GetAsync("/ipxe", $"X: {new string('a', 1_100_000)}\r\n")).Status);
    }

    private async Task<RawAnswer> ExpectAsync(string target, int status, string contentType, string body)
    {
        var answer = await fixture.Server.GetAsync(target);
        Assert.Equal((status, contentType, body), (answer.Status, answer["Content-Type"], answer.Text));
        return answer;
    }
}
