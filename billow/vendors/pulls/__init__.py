"""Fetching reports from where vendors leave them: folders, buckets, web addresses, Partner Center.

``fetch`` turns a source into local files, one for each report. A large report comes in parts; they become
one file, since a set is replaced as a whole. Where the vendor writes a manifest, only what it lists is read,
and what it says about rows is checked after the import.
"""
