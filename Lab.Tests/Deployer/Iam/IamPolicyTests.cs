namespace Lab.Tests.Deployer.Iam;

/// <summary>The evaluator says what IAM would say, and does not guess.</summary>
public sealed class IamPolicyTests
{
    private static readonly IamRequest Delete = new("ec2:DeleteVpc", "arn:aws:ec2:eu-west-1:1:vpc/vpc-1");

    [Theory]
    [InlineData("""{"Effect":"Allow","Action":"ec2:DeleteVpc","Resource":"*"}""", true)]
    [InlineData("""{"Effect":"Allow","Action":["EC2:delete*"],"Resource":["arn:aws:ec2:eu-west-1:*:vpc/*"]}""", true)]
    [InlineData("""{"Effect":"Allow","Action":"ec2:DeleteVp?","Resource":"arn:aws:ec2:eu-west-1:*:vpc/vpc-?"}""", true)]
    [InlineData("""{"Effect":"Allow","Action":"ec2:Delete","Resource":"*"}""", false)]
    [InlineData("""{"Effect":"Allow","Action":"ec2:*","Resource":"arn:aws:ec2:us-east-1:*:*"}""", false)]
    [InlineData("""{"Effect":"Allow","Action":"ec2:*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/lab:name":"lab"}}}""", false)]
    [InlineData("""{"Effect":"Allow","Action":"ec2:*","Resource":"*","Condition":{"Null":{"aws:ResourceTag/lab:name":"true"}}}""", true)]
    [InlineData("""{"Effect":"Allow","Action":"ec2:*","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":["Name"]}}}""", true)]
    [InlineData("""{"Effect":"Allow","Action":"ec2:*","Resource":"*","Condition":{"ForAnyValue:StringEquals":{"aws:TagKeys":["Name"]}}}""", false)]
    [InlineData("""{"Effect":"Allow","Action":"ec2:*","Resource":"*"},{"Effect":"Deny","Action":"ec2:DeleteVpc","Resource":"*"}""", false)]
    public void A_request_is_allowed_only_by_a_statement_that_matches_it(string statements, bool allowed) =>
        Assert.Equal(allowed, Policy(statements).Allows(Delete));

    [Theory]
    [InlineData("StringEquals", "lab", true)]
    [InlineData("StringEquals", "la*", false)]
    [InlineData("StringLike", "la*", true)]
    [InlineData("StringLike", "LA*", false)]
    public void Texts_are_compared_as_the_operator_says(string test, string value, bool allowed) =>
        Assert.Equal(
            allowed,
            Policy($$$$"""{"Effect":"Allow","Action":"ec2:*","Resource":"*","Condition":{"{{{{test}}}}":{"AWS:resourcetag/Lab:Name":"{{{{value}}}}"}}}""")
                .Allows(Delete.With("aws:ResourceTag/lab:name", "lab"))
        );

    [Theory]
    [InlineData("arn:aws:ec2:eu-west-1:*:launch-template/lt-1", true)]
    [InlineData("arn:aws:ec2:*:launch-template/lt-1", false)]
    [InlineData("arn:aws:ec2:eu-west-1:*:launch-template/lt-2", false)]
    public void An_ARN_is_compared_part_by_part(string pattern, bool allowed) =>
        Assert.Equal(
            allowed,
            Policy($$$$"""{"Effect":"Allow","Action":"ec2:*","Resource":"*","Condition":{"ArnLike":{"ec2:LaunchTemplate":"{{{{pattern}}}}"}}}""")
                .Allows(Delete.With("ec2:LaunchTemplate", "arn:aws:ec2:eu-west-1:1:launch-template/lt-1"))
        );

    [Theory]
    [InlineData("""{"Effect":"Allow","NotAction":"ec2:*","Resource":"*"}""")]
    [InlineData("""{"Effect":"Allow","Action":"ec2:*","NotResource":"*"}""")]
    [InlineData("""{"Effect":"Allow","Action":"ec2:*","Resource":"*","Principal":"*"}""")]
    [InlineData("""{"Effect":"Perhaps","Action":"ec2:*","Resource":"*"}""")]
    [InlineData("""{"Effect":"Allow","Action":"ec2:*","Resource":"vpc/*"}""")]
    [InlineData("""{"Effect":"Allow","Action":"ec2:*","Resource":"arn:aws:ec2:eu-west-1:1:${aws:username}"}""")]
    [InlineData("""{"Effect":"Allow","Action":"ec2:*","Resource":"*","Condition":{"StringNotEquals":{"aws:ResourceTag/a":"b"}}}""")]
    [InlineData("""{"Effect":"Allow","Action":"ec2:*","Resource":"*","Condition":{"StringEquals":{"aws:SourceIp":"b"}}}""")]
    public void What_is_not_understood_is_an_error(string statement) => Assert.Throws<NotSupportedException>(() => Policy(statement));

    [Fact]
    public void Several_values_for_an_operator_that_takes_one_are_an_error() =>
        Assert.Throws<NotSupportedException>(() =>
            Policy("""{"Effect":"Allow","Action":"ec2:*","Resource":"*","Condition":{"StringEquals":{"aws:TagKeys":"a"}}}""")
                .Allows(Delete.With("aws:TagKeys", "a", "b"))
        );

    private static IamPolicy Policy(string statements) =>
        IamPolicy.Parse(
            $$"""{"Version":"2012-10-17","Statement":[{{statements.Replace("{\"Effect\"", "{\"Sid\":\"A\",\"Effect\"", StringComparison.Ordinal)}}]}"""
        );
}
