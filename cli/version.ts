/** That of package.json, which a test holds it to: a bundle has no package beside it. */
export const version = '0.1.0';
