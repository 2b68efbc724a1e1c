using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace ConsulPets.HelpBuilder.Pages;

/// <summary>Reads one page; the README beside the project has the form.</summary>
/// <param name="path">The page, as problems show it.</param>
/// <param name="name">The cmdlet's name, from the file's.</param>
/// <param name="problems">Takes what is not of the form: help would silently lack it.</param>
internal sealed class PageReader(string path, string name, ICollection<Problem> problems)
{
    private static readonly string[] SectionNames =
        ["Description", "Parameters", "Examples", "Inputs", "Outputs", "Notes", "Related"];

    // Tables are read only to be refused: without the extension they would be one long line of text.
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().Build();

    private readonly BlockText _blockText = new(path, problems);

    /// <summary>Reads the page.</summary>
    public HelpPage Read(string markdown)
    {
        PageSection title = Title(PageSection.Read(Markdown.Parse(markdown, Pipeline)));
        CheckSections(title);
        PageSection[] sections = [.. SectionNames.Select(sectionName => Find(title, sectionName))];
        Block? synopsis = title.Blocks.FirstOrDefault();
        foreach (Block block in title.Blocks.Skip(1).Where(block => block is not (HtmlBlock or LinkReferenceDefinitionGroup)))
        {
            Report(block.Line + 1, "only the first paragraph is the synopsis; move the rest under '## Description'");
        }

        return new HelpPage
        {
            Path = path,
            Name = name,
            Synopsis = synopsis is ParagraphBlock paragraph ? PlainText.Of(paragraph.Inline) : string.Empty,
            SynopsisLine = synopsis is null ? title.Line : synopsis.Line + 1,
            Description = Flat(sections[0]),
            Parameters = [.. Entries(sections[1]).Select(Parameter)],
            ParametersLine = sections[1].Line,
            Examples = [.. Entries(sections[2]).Select(Example)],
            ExamplesLine = sections[2].Line,
            Inputs = [.. Entries(sections[3]).Select(Type)],
            Outputs = [.. Entries(sections[4]).Select(Type)],
            OutputsLine = sections[4].Line,
            Notes = Flat(sections[5]),
            Links = Links(sections[6]),
        };
    }

    private PageSection Title(PageSection page)
    {
        PageSection? title = page.Sections.FirstOrDefault(section => section.Level == 1);
        if (title is null || title.Title != name)
        {
            Report(title?.Line ?? 1, $"the title is not the cmdlet's name; write '# {name}'");
        }

        if (page.Sections.Count > 1 && title is not null)
        {
            Report(page.Sections.First(section => section != title).Line, "a page has one title; make this heading a '## ' one");
        }

        return title ?? page;
    }

    private void CheckSections(PageSection title)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (PageSection section in title.Sections)
        {
            if (section.Level != 2 || !SectionNames.Contains(section.Title, StringComparer.Ordinal))
            {
                Report(section.Line, $"'{section.Title}' is no section of a page; use {string.Join(", ", SectionNames)}");
            }
            else if (!seen.Add(section.Title))
            {
                Report(section.Line, $"the page has a section '{section.Title}' already; join the two");
            }
        }
    }

    private static PageSection Find(PageSection title, string sectionName) =>
        title.Sections.FirstOrDefault(section => section.Level == 2 && section.Title == sectionName)
            ?? new PageSection(sectionName, 2, title.Line);

    private IReadOnlyList<string> Flat(PageSection section) =>
    [
        .. _blockText.Paragraphs(section.Blocks),
        .. section.Sections.SelectMany(child => _blockText.Paragraphs(child.Blocks).Prepend(child.Title)),
    ];

    private List<PageSection> Entries(PageSection section)
    {
        foreach (Block block in section.Blocks.Where(block => block is not (HtmlBlock or LinkReferenceDefinitionGroup)))
        {
            Report(block.Line + 1, $"text directly under '## {section.Title}' is not shown; put it under a '### ' heading");
        }

        return section.Sections;
    }

    private HelpParameter Parameter(PageSection section)
    {
        if (!section.Title.StartsWith('-'))
        {
            Report(section.Line, $"a parameter's heading begins with a dash; write '### -{section.Title}'");
        }

        (IReadOnlyList<string> paragraphs, string? defaultValue) = DefaultLine.Split(section.Blocks, _blockText);
        return new HelpParameter(section.Title.TrimStart('-'), section.Line, paragraphs, defaultValue);
    }

    private HelpExample Example(PageSection section)
    {
        FencedCodeBlock? code = section.Blocks.OfType<FencedCodeBlock>()
            .FirstOrDefault(block => string.Equals(block.Info, "powershell", StringComparison.OrdinalIgnoreCase));
        return new HelpExample(
            section.Title,
            section.Line,
            code is null ? string.Empty : BlockText.Code(code),
            _blockText.Paragraphs(section.Blocks.Where(block => block != code)));
    }

    private HelpType Type(PageSection section) => new(section.Title, _blockText.Paragraphs(section.Blocks));

    private static IReadOnlyList<HelpLink> Links(PageSection section) =>
        [.. section.Blocks.SelectMany(block => block.Descendants<LinkInline>()).Select(Link)];

    // Get-Help -Online opens the first link that has an address, so another page, which is a file here, gets none.
    private static HelpLink Link(LinkInline link) => new(
        PlainText.Of(link),
        Uri.TryCreate(link.Url, UriKind.Absolute, out Uri? address) && address.Scheme.StartsWith("http", StringComparison.Ordinal)
            ? address.OriginalString
            : string.Empty);

    private void Report(int line, string message) => problems.Add(new Problem(path, line, message));
}
