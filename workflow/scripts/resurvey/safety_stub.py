"""Temporary."""
from dataclasses import dataclass, field
REGISTER_COLUMNS=("file","table","row_variable","row_code","column_code","rule")
@dataclass
class P:
    files: dict
    register: list
    facts: dict
    columns: dict
COUNTISH={"tables/crosstabs.csv":"count","tables/frequencies.csv":"count"}
KEEP={"table","row_variable","row_code","row_label","column_variable","column_code","column_label","kind","variable","label","code","answer","test","measure","statistic"}
def protect(files, declared, codebook):
    t=declared.get("threshold",10)
    out,reg={}, []
    from resurvey.tables.tabulation import TABLE_FILES
    from resurvey.tables.models import MODEL_FILES
    HEAD={'tables/%s.csv'%k:[*v,'suppressed'] for k,v in TABLE_FILES.items()}|{'models/%s.csv'%k:[*v,'suppressed'] for k,v in MODEL_FILES.items()}|{'clean/log.csv':['step','action','variables','rows_before','rows_touched','cells_touched','rows_after','why','suppressed']}
    small=set()
    for name,rows in files.items():
        new=[]
        for r in rows:
            r=dict(r); how=""
            if name=="tables/crosstabs.csv" and r["count"] and 0<float(r["unweighted_count"] or r["count"])<t:
                how="primary"; small.add((r["table"],r["row_variable"]))
            if name=="tables/frequencies.csv" and r["count"] and 0<float(r["count"])<t: how="primary"
            if name in("tables/tests.csv","tables/association.csv","tables/comparisons.csv") and (r["table"],r["row_variable"]) in small: how="derived"
            if name=="tables/summaries.csv" and r["statistic"] in("min","max"): how="derived"
            if how:
                for k in r:
                    if k not in KEEP: r[k]=""
                reg.append({"file":name,"rule":how})
            r["suppressed"]=how; new.append(r)
        out[name]=new
    n=sum(x["rule"]=="primary" for x in reg)
    return P(out,reg,{"threshold":t,"primary":n,"zero":0,"secondary":0,"derived":len(reg)-n}, HEAD)
