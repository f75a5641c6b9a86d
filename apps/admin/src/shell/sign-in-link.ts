/** A code in the address is taken out of it at once, before the router sees it, so that it stays in no history. */
function takeCode(): string | null {
  if (!location.pathname.endsWith('/-/sign-in')) return null;
  const code = location.hash.slice(1);
  history.replaceState(null, '', document.baseURI);
  return code === '' ? null : code;
}

/** The code of the link that `modelkeep serve` prints, if it was followed to here. */
export const signInCode: string | null = takeCode();
