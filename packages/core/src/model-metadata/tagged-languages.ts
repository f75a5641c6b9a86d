/**
 * Words of machine learning that happen to be ISO 639-3 codes of languages which no model card has meant:
 * `mlx` is Malfaxal, `moe` Innu, `tts` Northeastern Thai.
 */
const NOT_MEANT_AS_LANGUAGE: ReadonlySet<string> = new Set(
  'api asr bio clm cot cpu ctc gan gec jax kto law llm med mlm mlx mnn moe mtp ner nli ort pos ppo rag rnn sae sam ssm sts trl tts vae vit xai'.split(
    ' ',
  ),
);

/** The tags that are ISO 639 codes (639-1, two letters; 639-3, three letters), in their order. */
export async function taggedLanguages(tags: readonly string[]): Promise<string[]> {
  const candidates = tags.filter(
    (tag) => /^[a-z]{2,3}$/.test(tag) && !NOT_MEANT_AS_LANGUAGE.has(tag),
  );
  if (candidates.length === 0) return [];
  // The list is large and most calls never need it.
  const { iso6393 } = await import('iso-639-3');
  const codes = new Set(
    iso6393.flatMap((language) => [language.iso6393, language.iso6391 ?? language.iso6393]),
  );
  return candidates.filter((tag) => codes.has(tag));
}
