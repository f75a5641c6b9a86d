/** How a secret is written in the config file. */
export const REFERENCE_FORMS = `\${env:NAME} or \${file:PATH}`;
