-- owner: Who owns the log; what belongs to this role is told as the owner's, whatever its name.
SELECT nspowner FROM pg_namespace WHERE nspname = 'journal';

-- schemas: Each schema, and who owns it; of `public`, which is the database's, no more than its rights are told.
SELECT nspname, 'schema', 'of ' || CASE WHEN nspowner = %(owner)s THEN 'the owner' ELSE pg_get_userbyid(nspowner) END
FROM pg_namespace WHERE nspname = ANY (%(schemas)s) AND nspname <> 'public';

-- relations: Each table, view and sequence: its kind, owner, row security, and what it is a part of.
SELECT n.nspname || '.' || c.relname, 'relation', concat_ws(', ',
    CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view'
                   WHEN 'S' THEN 'sequence' ELSE 'kind ' || c.relkind::text END
    || ' of ' || CASE WHEN c.relowner = %(owner)s THEN 'the owner' ELSE pg_get_userbyid(c.relowner) END,
    CASE c.relpersistence WHEN 'u' THEN 'unlogged' END,
    CASE WHEN c.relrowsecurity THEN 'row security' END,
    CASE WHEN c.relforcerowsecurity THEN 'row security forced' END,
    CASE WHEN c.relkind = 'v' THEN array_to_string(c.reloptions, ' ') END,
    'part of ' || i.inhparent::regclass::text || ' ' || coalesce(pg_get_expr(c.relpartbound, c.oid), 'by inheritance'),
    CASE WHEN c.relkind IN ('v', 'm') THEN regexp_replace(pg_get_viewdef(c.oid), '\s+', ' ', 'g') END)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
WHERE n.nspname = ANY (%(schemas)s) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c')
  AND NOT (n.nspname = 'public' AND EXISTS (SELECT FROM pg_depend e WHERE (e.classid, e.objid, e.deptype) = ('pg_class'::regclass, c.oid, 'e')));

-- children: Each table of another schema whose rows are read with a table's own.
SELECT n.nspname || '.' || c.relname, 'child ' || i.inhrelid::regclass::text, 'yes'
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class own ON own.oid = i.inhrelid JOIN pg_namespace o ON o.oid = own.relnamespace
WHERE n.nspname = ANY (%(schemas)s) AND o.nspname <> ALL (%(schemas)s) AND own.relkind NOT IN ('i', 'I');

-- columns: Each column of a table: its type, default, and whether it may be empty.
SELECT n.nspname || '.' || c.relname, 'column ' || a.attname, concat_ws(' ',
    format_type(a.atttypid, a.atttypmod),
    CASE WHEN a.attcollation <> t.typcollation THEN 'collate ' || a.attcollation::regcollation::text END,
    CASE WHEN a.attnotnull THEN 'not null' END,
    CASE WHEN a.attidentity <> '' THEN 'identity ' || a.attidentity::text END,
    CASE WHEN a.attgenerated <> '' THEN 'generated ' || a.attgenerated::text END,
    'default ' || pg_get_expr(d.adbin, d.adrelid))
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
WHERE n.nspname = ANY (%(schemas)s) AND c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped;

-- constraints: Each constraint of a table or domain. That a column is never empty is told with the column.
SELECT n.nspname || '.' || coalesce(c.relname, t.typname), 'constraint ' || k.conname,
    regexp_replace(pg_get_constraintdef(k.oid), '\s+', ' ', 'g') || CASE WHEN EXISTS (
        SELECT FROM pg_trigger g WHERE g.tgconstraint = k.oid AND g.tgisinternal AND g.tgenabled <> 'O'
    ) THEN ', switched off' ELSE '' END
FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
LEFT JOIN pg_class c ON c.oid = k.conrelid LEFT JOIN pg_type t ON t.oid = k.contypid
WHERE n.nspname = ANY (%(schemas)s) AND k.contype <> 'n';

-- indexes: Each index, and whether it is used.
SELECT n.nspname || '.' || c.relname, 'index ' || i.relname,
    pg_get_indexdef(x.indexrelid) || CASE WHEN x.indisvalid AND x.indislive THEN '' ELSE ', not valid' END
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY (%(schemas)s);

-- triggers: Each trigger, and when it fires: O for sessions that are no replica's.
SELECT n.nspname || '.' || c.relname, 'trigger ' || g.tgname,
    pg_get_triggerdef(g.oid) || CASE g.tgenabled WHEN 'O' THEN '' WHEN 'D' THEN ', switched off'
                                                 ELSE ', fires ' || g.tgenabled::text END
FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY (%(schemas)s) AND NOT g.tgisinternal;

-- rules: Each rule that rewrites what is asked of a table; a view's own is told with it.
SELECT n.nspname || '.' || c.relname, 'rule ' || r.rulename, pg_get_ruledef(r.oid)
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY (%(schemas)s) AND r.rulename <> '_RETURN';

-- policies: Each policy that hides rows.
SELECT n.nspname || '.' || c.relname, 'policy ' || p.polname, concat_ws(' ',
    CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END, 'for ' || p.polcmd::text,
    'using ' || pg_get_expr(p.polqual, p.polrelid), 'check ' || pg_get_expr(p.polwithcheck, p.polrelid))
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY (%(schemas)s);

-- functions: Each function: its language, result, whose rights it runs with, its settings, and a digest of what it does.
SELECT n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', 'function',
    concat_ws(', ', l.lanname || ' of ' || CASE WHEN p.proowner = %(owner)s THEN 'the owner' ELSE pg_get_userbyid(p.proowner) END,
    'kind ' || p.prokind::text, pg_get_function_result(p.oid), 'volatility ' || p.provolatile::text,
    CASE WHEN p.proisstrict THEN 'strict' END,
    CASE WHEN p.proleakproof THEN 'leakproof' END,
    CASE WHEN p.prosecdef THEN 'with the rights of its owner' END,
    array_to_string(p.proconfig, ' '), p.probin,
    'sha256 ' || encode(sha256(convert_to(coalesce(pg_get_function_sqlbody(p.oid), p.prosrc), 'UTF8')), 'hex'))
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
WHERE n.nspname = ANY (%(schemas)s)
  AND NOT (n.nspname = 'public' AND EXISTS (SELECT FROM pg_depend e WHERE (e.classid, e.objid, e.deptype) = ('pg_proc'::regclass, p.oid, 'e')));

-- types: Each type that is no table's, and no list of another's.
SELECT n.nspname || '.' || t.typname, 'type', concat_ws(' ',
    'kind ' || t.typtype::text || ' of ' || CASE WHEN t.typowner = %(owner)s THEN 'the owner' ELSE pg_get_userbyid(t.typowner) END,
    CASE WHEN t.typbasetype <> 0 THEN 'over ' || format_type(t.typbasetype, t.typtypmod) END,
    CASE WHEN t.typnotnull THEN 'not null' END, 'default ' || t.typdefault)
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE n.nspname = ANY (%(schemas)s) AND t.typtype <> 'c' AND t.typcategory <> 'A'
  AND NOT (n.nspname = 'public' AND EXISTS (SELECT FROM pg_depend e WHERE (e.classid, e.objid, e.deptype) = ('pg_type'::regclass, t.oid, 'e')));

-- operators: Each operator, which could stand for another in a query.
SELECT n.nspname || '.' || o.oprname, 'operator', format_type(o.oprleft, NULL) || ', ' || format_type(o.oprright, NULL)
FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
WHERE n.nspname = ANY (%(schemas)s)
  AND NOT (n.nspname = 'public' AND EXISTS (SELECT FROM pg_depend e WHERE (e.classid, e.objid, e.deptype) = ('pg_operator'::regclass, o.oid, 'e')));

-- rights: What each role but the owner may do, * where it may pass that on; with the database, and the setting by which
-- triggers are passed over.
SELECT r.place, 'rights of ' || CASE WHEN a.grantee = 0 THEN 'everybody' ELSE pg_get_userbyid(a.grantee) END || r.part,
    string_agg(a.privilege_type || CASE WHEN a.is_grantable THEN '*' ELSE '' END
               || CASE WHEN a.grantor IN (r.owner, %(owner)s) THEN '' ELSE ' by ' || pg_get_userbyid(a.grantor) END,
               ', ' ORDER BY a.privilege_type, a.grantor)
FROM (
    SELECT nspname::text, '', nspowner, coalesce(nspacl, acldefault('n', nspowner)), nspname = 'public'
    FROM pg_namespace WHERE nspname = ANY (%(schemas)s)
    UNION ALL
    SELECT n.nspname || '.' || c.relname, '', c.relowner,
           coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner)), false
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY (%(schemas)s) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
      AND NOT (n.nspname = 'public' AND EXISTS (SELECT FROM pg_depend e WHERE (e.classid, e.objid, e.deptype) = ('pg_class'::regclass, c.oid, 'e')))
    UNION ALL
    SELECT n.nspname || '.' || c.relname, ' on ' || t.attname, c.relowner, t.attacl, false
    FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY (%(schemas)s) AND NOT t.attisdropped AND t.attacl IS NOT NULL
    UNION ALL
    SELECT n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', '', p.proowner,
           coalesce(p.proacl, acldefault('f', p.proowner)), false
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = ANY (%(schemas)s)
      AND NOT (n.nspname = 'public' AND EXISTS (SELECT FROM pg_depend e WHERE (e.classid, e.objid, e.deptype) = ('pg_proc'::regclass, p.oid, 'e')))
    UNION ALL
    SELECT 'the database', '', datdba, coalesce(datacl, acldefault('d', datdba)), true
    FROM pg_database WHERE datname = current_database()
    UNION ALL
    SELECT 'the setting ' || parname, '', 0, paracl, false FROM pg_parameter_acl WHERE parname = 'session_replication_role'
) AS r (place, part, owner, acl, others), aclexplode(r.acl) AS a
WHERE a.grantee NOT IN (r.owner, %(owner)s) AND (NOT r.others OR a.privilege_type = 'CREATE')
GROUP BY r.place, r.part, a.grantee;

-- defaults: What others may do with whatever the owner makes from now on.
SELECT coalesce(n.nspname, 'every schema'), 'rights by default, kind ' || d.defaclobjtype::text, d.defaclacl::text
FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace WHERE d.defaclrole = %(owner)s;

-- roles: What the roles of the application and of the reader may do in the whole server.
SELECT rolname, 'role', concat_ws(', ', 'a role',
    CASE WHEN oid = %(owner)s THEN 'owner of the log' END,
    CASE WHEN rolsuper THEN 'superuser' END, CASE WHEN rolbypassrls THEN 'passes over row security' END,
    CASE WHEN rolreplication THEN 'replicates' END, CASE WHEN rolcreaterole THEN 'makes roles' END,
    CASE WHEN rolcreatedb THEN 'makes databases' END)
FROM pg_roles WHERE rolname IN ('dossier_app', 'dossier_reader');

-- memberships: Which roles those are members of.
SELECT pg_get_userbyid(member), 'member of ' || CASE WHEN roleid = %(owner)s THEN 'the owner' ELSE pg_get_userbyid(roleid) END,
    'yes'
FROM pg_auth_members WHERE pg_get_userbyid(member) IN ('dossier_app', 'dossier_reader');

-- settings: What the roles have set by which a statement means another thing, or no trigger fires.
SELECT CASE WHEN s.setrole = 0 THEN 'every role' WHEN s.setrole = %(owner)s THEN 'the owner' ELSE pg_get_userbyid(s.setrole) END,
    'setting ' || split_part(c, '=', 1), string_agg(substr(c, strpos(c, '=') + 1), '; ' ORDER BY s.setdatabase)
FROM pg_db_role_setting s, unnest(s.setconfig) AS c
WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
  AND (s.setrole IN (0, %(owner)s) OR pg_get_userbyid(s.setrole) IN ('dossier_app', 'dossier_reader'))
  AND split_part(c, '=', 1) IN ('search_path', 'session_replication_role')
GROUP BY 1, 2;

-- event_triggers: Each trigger of the whole database; of those that extensions bring, none that fires at every login.
SELECT 'the database', 'event trigger ' || t.evtname, t.evtevent || ' ' || t.evtfoid::regprocedure::text
FROM pg_event_trigger t
WHERE t.evtevent = 'login' OR NOT EXISTS (SELECT FROM pg_depend e WHERE (e.classid, e.objid, e.deptype) = ('pg_event_trigger'::regclass, t.oid, 'e'));
