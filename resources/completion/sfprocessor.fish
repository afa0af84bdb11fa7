# SPDX-License-Identifier: Apache-2.0
# Completion of sfprocessor in fish: sfprocessor completion fish > ~/.config/fish/completions/sfprocessor.fish

function __sfprocessor_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~/' "$HOME/" -- $before[1])
    set -e before[1]
    set -l answer ($program __complete fish $before "$current" 2>/dev/null)
    set -l also $answer[1]
    set -e answer[1]
    printf '%s\n' $answer
    if string match -q 'files*' -- $also; or string match -q 'folders*' -- $also
        # Of -config=FILE, what stands behind the = is the path.
        set -l head (string match -r -- '^-[^=]*=' $current)
        set -l path (string replace -r -- '^-[^=]*=' '' $current)
        if string match -q 'files*' -- $also
            set answer (complete -C "'' $path")
        else
            set answer (__fish_complete_directories $path '')
        end
        for line in $answer
            echo "$head$line"
        end
    end
end

complete -c sfprocessor -f -a '(__sfprocessor_complete)'
