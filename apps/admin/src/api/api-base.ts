/** The page's own place, `https://host/prefix/-/`: the server writes it into the page. */
export const pageBase: URL = new URL(document.baseURI);

/** Where the API is, without a slash at the end. */
export const apiBase: string = new URL('api/v1', pageBase).href;

/** The server as clients of the Hub know it: what goes into `HF_ENDPOINT`. */
export const hubEndpoint: string = new URL('..', pageBase).href.replace(/\/$/, '');
