namespace PersonalizeConnectors.Starter.Completion;

/// <summary>
/// Completion scripts. Each asks the program itself, by the directive <c>[suggest:position]</c>, with the line as typed behind the program's name,
/// so that an alias or a path to the program completes as well.
/// </summary>
internal static class ShellScripts
{
    private const string Bash = """
        # personalize-connectors completion for bash.
        # Now:     source <(personalize-connectors completion bash)
        # For good: personalize-connectors completion bash > ~/.local/share/bash-completion/completions/personalize-connectors
        _personalize_connectors() {
          local line="${COMP_LINE:0:COMP_POINT}"
          line="${line#"${COMP_WORDS[0]}"}"
          local word="${line##* }" suggestion
          COMPREPLY=()
          while IFS= read -r suggestion; do
            if [[ -n "$suggestion" && "$suggestion" == "$word"* ]]; then
              COMPREPLY+=("$suggestion")
            fi
          done < <("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)
          # A folder on the way is gone on with, not ended by a blank.
          if [[ ${#COMPREPLY[@]} -eq 1 && "${COMPREPLY[0]}" == */ ]]; then
            compopt -o nospace
          fi
        }
        complete -o default -F _personalize_connectors personalize-connectors
        """;

    private const string Zsh = """
        #compdef personalize-connectors
        # personalize-connectors completion for zsh.
        # Now:     source <(personalize-connectors completion zsh)
        # For good: personalize-connectors completion zsh > a file _personalize-connectors in a folder of $fpath
        _personalize_connectors() {
          local line="${BUFFER[1,CURSOR]}"
          line="${line#"${words[1]}"}"
          local -a suggestions folders
          suggestions=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
          folders=("${(@M)suggestions:#*/}")
          suggestions=("${(@)suggestions:#*/}")
          compadd -S '' -- "${(@)folders:#}"
          compadd -- "${(@)suggestions:#}"
          if (( ! compstate[nmatches] )); then
            _files
          fi
        }
        if [[ "$funcstack[1]" == "_personalize-connectors" || "$funcstack[1]" == "_personalize_connectors" ]]; then
          _personalize_connectors "$@"
        else
          compdef _personalize_connectors personalize-connectors
        fi
        """;

    private const string Fish = """
        # personalize-connectors completion for fish.
        # Now:     personalize-connectors completion fish | source
        # For good: personalize-connectors completion fish > ~/.config/fish/completions/personalize-connectors.fish
        function __personalize_connectors
            set -l words (commandline -opc)
            set -l line (commandline -cp | string replace -r '^\s*\S+' '')
            set -l suggestions ($words[1] "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)
            if set -q suggestions[1]
                printf '%s\n' $suggestions
            else
                __fish_complete_path (commandline -ct)
            end
        end
        complete -c personalize-connectors -f -a '(__personalize_connectors)'
        """;

    private const string PowerShell = """
        # personalize-connectors completion for PowerShell.
        # Now:     personalize-connectors completion pwsh | Out-String | Invoke-Expression
        # For good: the same line in $PROFILE
        Register-ArgumentCompleter -Native -CommandName personalize-connectors -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $program = $commandAst.CommandElements[0].Extent
            $line = $commandAst.Extent.Text.PadRight($cursorPosition).Substring($program.Text.Length)
            $position = $cursorPosition - $program.Text.Length
            & $program.Text "[suggest:$position]" $line 2>$null |
                Where-Object { $_ -like "$wordToComplete*" } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    /// <summary>Names of the shells.</summary>
    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "fish", "pwsh"];

    /// <param name="shell">One of <see cref="Shells"/>.</param>
    public static string Of(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "fish" => Fish,
        _ => PowerShell,
    };
}
