namespace ConsulPets.HelpBuilder.Tests;

/// <summary>Pages without a problem: a test changes what it is about.</summary>
internal static class GoodPages
{
    public const string GetSomething = """
        # Get-Something

        Gets *something* of `Consul` & [friends](https://example.org).

        ## Description

        A first line
        and a second, with 1 < 2.

        - one
        - two with `code`
          1. nested

        ## Parameters

        ### -Name

        The names.

        More of the names.

        ### -Status

        The status.
        Default: `Alive`

        ### -Mode

        How to look.

        Default: Fast

        ### -Context

        The context.

        ## Examples

        ### Example 1: all

        ```powershell
        Get-Something |
            Where-Object Name -like '<a>*'
        ```

        ```output
        Name  Status
        ----  ------
        a     Alive
        ```

        Gets *all*.

        ### Example 2: one

        Before the code.

        ```powershell
        Get-Something a
        ```

        ## Inputs

        ### System.String

        A name.

        ## Outputs

        ### ConsulPets.FakeModule.Something

        What was found.

        ## Notes

        A note.

        ## Related

        - [Remove-Something](Remove-Something.md)
        - [Consul: members](https://example.org/members?a=1&b=2)

        """;

    public const string RemoveSomething = """
        # Remove-Something

        Removes something.

        ## Parameters

        ### -InputObject

        The object.

        ### -Name

        The name.

        ### -Force

        Does not ask.

        ### -Context

        The context.

        ## Examples

        ### Example 1: one

        ```powershell
        Remove-Something a
        ```

        ### Example 2: all

        ```powershell
        Get-Something | Remove-Something
        ```

        """;
}
