// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not reach a log
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const TOKEN = /hf_[A-Za-z0-9]{6,}/g;

/** Text of a stranger as one harmless line: no token, nothing that moves a cursor or begins a line. */
export function redactLine(text: string): string {
  return text
    .replace(TOKEN, 'hf_***')
    .replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
