# SPDX-License-Identifier: Apache-2.0
# Completion of sfprocessor in bash 3.2 or newer: source <(sfprocessor completion bash)

_sfprocessor() {
  local line=${COMP_LINE:0:COMP_POINT} last=${COMP_WORDS[COMP_CWORD]}
  local words=() word blanks index also= head

  # Bash also cuts words at = and :, which ours may hold: what stands together in the line is one word.
  for ((index = 0; index <= COMP_CWORD; index++)); do
    blanks=${line%%[![:space:]]*}
    line=${line#"$blanks"}
    word=${COMP_WORDS[index]}
    [ "$index" -lt "$COMP_CWORD" ] || word=$line
    if [ "$index" -eq 0 ] || [ -n "$blanks" ]; then words+=("$word"); else words[${#words[@]} - 1]+=$word; fi
    line=${line#"$word"}
  done
  word=${words[${#words[@]} - 1]}

  # What readline takes for the word begins behind the last = or :.
  head=
  case $last in
    [=:]) head=$word ;;
    *) head=${word%"$last"} ;;
  esac

  # Line by line: an array made of a command's output would have its * and ? replaced by names of files.
  COMPREPLY=()
  while IFS= read -r line; do
    if [ -z "$also" ]; then also=$line; continue; fi
    line=${line%%$'\t'*}
    COMPREPLY+=("${line#"$head"}")
  done < <("${words[0]/#'~/'/$HOME/}" __complete bash "${words[@]:1}" 2> /dev/null)
  case $also in
    files*) while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "${word#"$head"}") ;;
    folders*) while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "${word#"$head"}") ;;
  esac
  # None of these exists in bash 3. What has no match here may have one that readline finds: it knows ~ and open quotes.
  case $also in files* | folders*) compopt -o filenames 2> /dev/null ;; esac
  case ${#COMPREPLY[@]}$also in
    0files*) compopt -o default 2> /dev/null ;;
    0folders*) compopt -o dirnames 2> /dev/null ;;
  esac
  case $also in *' open') compopt -o nospace 2> /dev/null ;; esac
}

complete -F _sfprocessor sfprocessor
