/* The versions of this site; docs/_ext/versions.py writes this file where several lie beside each other. */
globalThis.siteVersions = [];
