/**
 * The bash script. The library's own needs the bash-completion package and evaluates what was typed; this one needs
 * nothing and passes the words on as they are.
 */
export const BASH_COMPLETION = `# bash completion for modelkeep
_modelkeep_complete() {
  local line="\${COMP_LINE:0:COMP_POINT}" words=() out directive current prefix
  read -ra words <<< "$line"
  [[ "$line" == *[[:space:]] ]] && words+=("")
  current="\${words[\${#words[@]} - 1]}"
  out="$("\${words[0]}" complete -- "\${words[@]:1}" 2>/dev/null)" || return
  directive="\${out##*:}"
  COMPREPLY=()
  # 4: no file names; bash 3 cannot be told
  (( directive & 4 )) && type compopt &>/dev/null && compopt +o default
  # Bash replaces only what follows the last word break, and what follows an @ with the @.
  prefix=""
  [[ "$COMP_WORDBREAKS" == *@* && "$current" == *@* ]] && prefix="\${current%"@\${current##*@}"}"
  local value
  while IFS=$'\\t' read -r value _; do
    [[ -n "$value" && "$value" != :* ]] && COMPREPLY+=("\${value#"$prefix"}")
  done <<< "$out"
}
complete -o default -F _modelkeep_complete modelkeep`;
