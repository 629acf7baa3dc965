"""Everything a schema is made of, as text, so that two databases can be compared."""

from store.database import Transaction

_OURS = """n.nspname = 'public' AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.objid = {oid} AND d.classid = '{catalogue}'::regclass AND d.deptype = 'e')"""

_QUERIES = {
    "column": """
        SELECT format('%s.%s #%s %s%s%s%s%s', c.relname, a.attname, a.attnum, format_type(a.atttypid, a.atttypmod),
                      CASE WHEN a.attnotnull THEN ' not null' END, ' = ' || pg_get_expr(d.adbin, d.adrelid),
                      ' generated ' || nullif(a.attgenerated::text, ''),
                      ' identity ' || nullif(a.attidentity::text, '')) AS line
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relkind IN ('r', 'v', 'm', 'p') AND """
    + _OURS.format(oid="c.oid", catalogue="pg_class"),
    "constraint": """
        SELECT format('%s %s %s', o.conrelid::regclass, o.conname, pg_get_constraintdef(o.oid)) AS line
        FROM pg_constraint o JOIN pg_namespace n ON n.oid = o.connamespace
        WHERE o.conrelid <> 0 AND """
    + _OURS.format(oid="o.conrelid", catalogue="pg_class"),
    "index": """
        SELECT pg_get_indexdef(i.indexrelid) AS line
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE """
    + _OURS.format(oid="c.oid", catalogue="pg_class"),
    "comment": """
        SELECT format('%s.%s: %s', c.relname, d.objsubid, d.description) AS line
        FROM pg_description d JOIN pg_class c ON c.oid = d.objoid AND d.classoid = 'pg_class'::regclass
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE """
    + _OURS.format(oid="c.oid", catalogue="pg_class"),
    "function": """
        SELECT pg_get_functiondef(p.oid) AS line FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE p.prokind IN ('f', 'p') AND """
    + _OURS.format(oid="p.oid", catalogue="pg_proc"),
    "trigger": "SELECT pg_get_triggerdef(oid) AS line FROM pg_trigger WHERE NOT tgisinternal",
    "row level security": """
        SELECT format('%s %s', c.relname, c.relrowsecurity) AS line FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname = 'public'""",
    "policy": """
        SELECT format('%s %s %s %s %s %s', tablename, policyname, roles, cmd, qual, with_check) AS line
        FROM pg_policies WHERE schemaname = 'public'""",
    "text search": """
        SELECT format('%s token %s: %s %s', g.cfgname, m.maptokentype, m.mapseqno, m.mapdict::regdictionary) AS line
        FROM pg_ts_config g JOIN pg_namespace n ON n.oid = g.cfgnamespace JOIN pg_ts_config_map m ON m.mapcfg = g.oid
        WHERE """
    + _OURS.format(oid="g.oid", catalogue="pg_ts_config"),
    "extension": "SELECT extname || ' ' || extversion AS line FROM pg_extension",
}


def describe(tx: Transaction) -> list[str]:
    """One line per object of the schema, sorted."""
    lines = [
        f"{kind}: {row['line']}" for kind, query in _QUERIES.items() for row in tx.execute(query.encode()).fetchall()
    ]
    return sorted(lines)
