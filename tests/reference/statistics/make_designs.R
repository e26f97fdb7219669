# Reference values of weighted tables under sampling designs, from R survey.
#
# Writes the public samples (people_*.csv) and design_values.csv (design, statistic, value) beside
# this script. Run it with: Rscript make_designs.R

suppressPackageStartupMessages(library(survey))
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
values <- list()
add <- function(design, statistic, value)
  values[[length(values) + 1]] <<- data.frame(
    design = design, statistic = statistic, value = sprintf("%.17g", as.numeric(value)))

save_people <- function(name, people) {
  for (v in names(people)) if (is.factor(people[[v]])) people[[v]] <- as.integer(people[[v]])
  for (v in names(people)) if (is.double(people[[v]]))
    people[[v]] <- ifelse(is.na(people[[v]]), "", sprintf("%.17g", people[[v]]))
  write.csv(people, file.path(here, paste0("people_", name, ".csv")), row.names = FALSE,
            quote = FALSE, na = "")
}

describe <- function(name, design, row, column, deff = TRUE) {
  formula <- as.formula(paste("~", row, "+", column))
  f <- svychisq(formula, design, statistic = "F")
  add(name, "rao_scott_f", f$statistic); add(name, "rao_scott_f:df", f$parameter[1])
  add(name, "rao_scott_f:df2", f$parameter[2]); add(name, "rao_scott_f:p", f$p.value)
  chi <- svychisq(formula, design, statistic = "Chisq")
  add(name, "rao_scott_chisq:p", chi$p.value)
  totals <- svytable(formula, design)
  for (i in seq_len(nrow(totals))) for (j in seq_len(ncol(totals)))
    add(name, sprintf("count[%d,%d]", i, j), totals[i, j])
  answers <- as.integer(factor(design$variables[[row]]))
  groups <- as.integer(factor(design$variables[[column]]))
  for (j in sort(unique(na.omit(groups)))) {
    inside <- subset(update(design, g = groups, a = answers), !is.na(g) & !is.na(a) & g == j)
    for (i in sort(unique(na.omit(answers)))) {
      one <- update(inside, hit = as.numeric(a == i))
      mean <- if (deff) svymean(~hit, one, deff = "replace") else svymean(~hit, one)
      add(name, sprintf("share[%d,%d]", i, j), coef(mean))
      if (coef(mean) > 0 && coef(mean) < 1) {
        add(name, sprintf("se[%d,%d]", i, j), SE(mean))
        if (deff) add(name, sprintf("deff[%d,%d]", i, j), deff(mean))
        if (!deff) next  # svycontrast of replicate weights does not linearise
        # svyciprop(method = "logit") without the tolerance of its iterative fit.
        logit <- svycontrast(svymean(~hit, one), quote(log(hit / (1 - hit))))
        # As svyciprop of the subset, the degrees of freedom are those of whoever is in the base.
        interval <- plogis(coef(logit) + c(-1, 1) * qt(0.975, degf(inside)) * SE(logit))
        add(name, sprintf("lower[%d,%d]", i, j), interval[1])
        add(name, sprintf("upper[%d,%d]", i, j), interval[2])
      }
    }
  }
}

# Differences of the columns: svyby with covariances, svycontrast, and t on Satterthwaite's degrees
# of freedom of the two columns, with estimated and with expected variances (one over the clusters),
# at most those of both together (degf of the subset).
compare <- function(name, design, row, column) {
  answers <- as.integer(factor(design$variables[[row]]))
  groups <- as.integer(factor(design$variables[[column]]))
  own <- update(design, g = groups, a = answers)
  own <- subset(own, !is.na(g) & !is.na(a))
  levels <- sort(unique(na.omit(groups)))
  freedom <- sapply(levels, function(j) degf(subset(own, g == j)))
  for (i in sort(unique(na.omit(answers)))) {
    shares <- svyby(~hit, ~g, update(own, hit = as.numeric(a == i)), svymean, covmat = TRUE)
    for (j in seq_along(levels)) for (k in seq_along(levels)) {
      p <- coef(shares)[c(j, k)]
      if (j >= k || any(p <= 0 | p >= 1)) next
      factors <- numeric(length(levels)); factors[c(j, k)] <- c(1, -1)
      contrast <- svycontrast(shares, factors)
      v <- diag(vcov(shares))[c(j, k)]
      d <- freedom[c(j, k)]
      df <- min(sum(v)^2 / sum(v^2 / d), sum(1 / d)^2 / sum(1 / d^3),
                degf(subset(own, g %in% levels[c(j, k)])))
      t <- coef(contrast) / SE(contrast)
      place <- sprintf("[%d,%d,%d]", i, j, k)
      add(name, paste0("difference", place), coef(contrast))
      add(name, paste0("difference_t", place), t)
      add(name, paste0("difference_df", place), df)
      add(name, paste0("difference_p", place), 2 * pt(-abs(t), df))
      ends <- confint(contrast, df = df)
      add(name, paste0("difference_lower", place), ends[1])
      add(name, paste0("difference_upper", place), ends[2])
    }
  }
}

data(api); data(nhanes); data(mu284)
keep <- c("dnum", "snum", "stype", "awards", "sch.wide", "comp.imp", "pw", "fpc",
          "api00", "api99", "meals", "ell", "col.grad", "enroll")
save_people("apistrat", apistrat[keep])
save_people("apiclus1", apiclus1[keep])
save_people("apiclus2", apiclus2[c(setdiff(keep, "fpc"), "fpc1", "fpc2")])
set.seed(7)
some <- nhanes[sort(sample(nrow(nhanes), 3000)), ]
save_people("nhanes", some)

dstrat <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc)
dclus1 <- svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc)
dclus2 <- svydesign(id = ~dnum + snum, fpc = ~fpc1 + fpc2, data = apiclus2)
dweights <- svydesign(id = ~1, weights = ~pw, data = apistrat)
dnhanes <- svydesign(id = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = some)
describe("apistrat_fpc", dstrat, "sch.wide", "comp.imp")
describe("apistrat_fpc_stype", dstrat, "awards", "stype")
describe("apistrat_weights", dweights, "stype", "awards")
describe("apiclus1_fpc", dclus1, "sch.wide", "stype")
describe("apiclus1", svydesign(id = ~dnum, weights = ~pw, data = apiclus1), "sch.wide", "stype")
describe("apiclus2_two_stages", dclus2, "sch.wide", "comp.imp")
describe("nhanes", dnhanes, "agecat", "RIAGENDR")
describe("nhanes_missing", dnhanes, "HI_CHOL", "race")
compare("apistrat_fpc", dstrat, "sch.wide", "comp.imp")
compare("apistrat_fpc_stype", dstrat, "awards", "stype")
compare("apistrat_weights", dweights, "stype", "awards")
compare("apiclus1_fpc", dclus1, "sch.wide", "stype")
compare("apiclus1", svydesign(id = ~dnum, weights = ~pw, data = apiclus1), "sch.wide", "stype")
compare("apiclus2_two_stages", dclus2, "sch.wide", "comp.imp")
compare("nhanes", dnhanes, "agecat", "RIAGENDR")
compare("nhanes_missing", dnhanes, "HI_CHOL", "race")

# Replicate weights.
jk1 <- as.svrepdesign(svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc), type = "JK1")
describe("apiclus1_jk1", jk1, "sch.wide", "stype", deff = FALSE)
compare("apiclus1_jk1", jk1, "sch.wide", "stype")
jkn <- as.svrepdesign(dstrat, type = "JKn")
describe("apistrat_jkn", jkn, "sch.wide", "comp.imp", deff = FALSE)
compare("apistrat_jkn", jkn, "sch.wide", "comp.imp")
data(scd)
scd$big <- as.integer(scd$alive > median(scd$alive)); scd$group <- scd$ESA %% 2 + 1
brr <- 2 * cbind(c(1,0,1,0,1,0), c(1,0,0,1,0,1), c(0,1,1,0,0,1), c(0,1,0,1,1,0))
scd_weights <- brr * 1
colnames(scd_weights) <- paste0("r", 1:4)
save_people("scd", cbind(scd[c("ESA", "ambulance", "big", "group")], w = 1, scd_weights))
scdrep <- suppressWarnings(svrepdesign(data = scd, type = "BRR", repweights = brr, combined.weights = FALSE, weights = rep(1, 6)))
mean <- svymean(~big, scdrep)
add("scd_brr", "share[2,1]", coef(mean)); add("scd_brr", "se[2,1]", SE(mean))

# Lonely clusters: one stratum of the two-cluster sample loses a cluster.
lonely <- subset(some, !(SDMVSTRA == min(SDMVSTRA) & SDMVPSU == 1))
save_people("lonely", lonely)
for (way in c("certainty", "remove", "adjust", "average")) {
  options(survey.lonely.psu = way)
  describe(paste0("lonely_", way),
           svydesign(id = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = lonely),
           "agecat", "RIAGENDR")
}
options(survey.lonely.psu = "fail")

# Raking: its weights, and variances that allow for it (residuals of the margins).
population <- list(data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018)),
                   data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122)))
raked <- rake(dclus1, list(~stype, ~sch.wide), population,
              control = list(maxit = 200, epsilon = 1e-12))
for (k in seq_len(nrow(apiclus1))) add("raked", sprintf("weight[%d]", k), weights(raked)[k])
describe("apiclus1_raked", raked, "awards", "comp.imp")
describe("apiclus1_raked_margin", raked, "awards", "stype")
strata_raked <- rake(dstrat, list(~awards, ~stype),
                     list(data.frame(awards = c("No", "Yes"), Freq = c(2000, 4194)), population[[1]]),
                     control = list(maxit = 200, epsilon = 1e-12))
describe("apistrat_raked", strata_raked, "comp.imp", "sch.wide")

# Replicate weights of a file, of every kind, and raked.
replicates <- weights(as.svrepdesign(dclus1, type = "JK1"), "analysis")
colnames(replicates) <- paste0("rw", seq_len(ncol(replicates)))
held <- apiclus1[c("stype", "awards", "sch.wide", "comp.imp", "pw")]
save_people("replicates", cbind(held, replicates))
factors <- seq(0.5, 1.2, by = 0.05)
from_file <- function(...) suppressWarnings(
  svrepdesign(data = held, repweights = replicates, weights = ~pw, ...))
kinds <- list(
  jk1 = from_file(type = "JK1"), jk1_mse = from_file(type = "JK1", mse = TRUE),
  jk1_scale = from_file(type = "JK1", scale = 0.9), jkn = from_file(type = "JKn", rscales = factors),
  jk2 = from_file(type = "JK2"), brr = from_file(type = "BRR"), fay = from_file(type = "Fay", rho = 0.3),
  bootstrap = from_file(type = "bootstrap"), acs = from_file(type = "ACS"),
  other = from_file(type = "other", scale = 0.4, rscales = factors),
  not_combined = suppressWarnings(svrepdesign(
    data = held, repweights = replicates / held$pw, weights = ~pw, type = "BRR",
    combined.weights = FALSE)))
save_people("factors", cbind(held, setNames(as.data.frame(replicates / held$pw), colnames(replicates))))
for (kind in names(kinds)) describe(paste0("replicates_", kind), kinds[[kind]], "awards", "stype", deff = FALSE)
compare("replicates_brr", kinds$brr, "awards", "stype")
raked_replicates <- rake(kinds$jk1, list(~stype, ~sch.wide), population,
                         control = list(maxit = 200, epsilon = 1e-12))
describe("replicates_raked", raked_replicates, "awards", "comp.imp", deff = FALSE)

# Several answers: which of three goals schools of a type met. The sum of the options' chi-squares
# is a sum of chi-squares times the eigenvalues of the options' correlations (Bilder & Loughin 2004).
met <- sapply(apistrat[c("sch.wide", "comp.imp", "awards")], function(goal) goal == "Yes")
any_met <- rowSums(met) > 0
picks <- met[any_met, ] * 1; type <- droplevels(apistrat$stype[any_met])
added <- sum(apply(picks, 2, function(one)
  suppressWarnings(chisq.test(one, type, correct = FALSE)$statistic)))
weight <- rep(eigen(cor(picks), symmetric = TRUE)$values, nlevels(type) - 1)
corrected <- added * sum(weight) / sum(weight^2); degrees <- sum(weight)^2 / sum(weight^2)
add("apistrat_goals", "marginal_independence", corrected)
add("apistrat_goals", "marginal_independence:df", degrees)
add("apistrat_goals", "marginal_independence:p", pchisq(corrected, degrees, lower.tail = FALSE))
single <- sapply(1:3, function(one) {
  found <- suppressWarnings(chisq.test(picks[, one], type, correct = FALSE))
  add("apistrat_goals", sprintf("option_pearson[%d]", one), found$statistic)
  found$p.value
})
for (one in 1:3) {
  add("apistrat_goals", sprintf("option_pearson[%d]:p", one), single[one])
  add("apistrat_goals", sprintf("option_pearson[%d]:holm", one), p.adjust(single, "holm")[one])
}

# The same of weights and designs: the sum of the options' chi-squares at the weighted shares over
# its expectation, with the covariance of the shares of all options and groups from svyby, as an F
# of Rao and Scott's second order; each option by itself is svychisq's F.
options_of <- function(name, design, options, group) {
  own <- design
  own$variables$g <- factor(own$variables[[group]])
  own$variables$base <- rowSums(own$variables[options] == "Yes", na.rm = TRUE) > 0
  for (one in options)
    own$variables[[paste0("o_", make.names(one))]] <- as.numeric(own$variables[[one]] %in% "Yes")
  # Where respondents are sampled one by one whoever is not in the base stays a unit of the sample;
  # a cluster without anybody in the base gives no degrees of freedom (svychisq of the subset).
  whole <- own
  alone <- all(table(own$cluster[[1]]) == 1)
  own <- subset(own, base & !is.na(g))
  every <- paste0("o_", make.names(options))
  # An option that everybody chose says nothing of the groups.
  names <- every[sapply(every, function(one) length(unique(own$variables[[one]])) > 1)]
  shares <- svyby(reformulate(names), ~g, own, svymean, covmat = TRUE)
  weight <- as.numeric(coef(svymean(~g, own)))
  weight <- weight[weight > 0]
  k <- length(weight)
  n <- nrow(own$variables[weights(own, "sampling") > 0, ])
  table <- matrix(coef(shares), nrow = k)          # groups by options: coef runs group by group
  pooled <- as.numeric(weight %*% table)
  statistic <- n * sum(weight %*% sweep(sweep(table, 2, pooled)^2, 2, pooled * (1 - pooled), "/"))
  metric <- n * kronecker(diag(1 / (pooled * (1 - pooled)), length(pooled)), diag(weight) - outer(weight, weight))
  effects <- eigen(metric %*% vcov(shares), only.values = TRUE)$values
  total <- Re(sum(effects)); squares <- Re(sum(effects^2)); df <- total^2 / squares
  df2 <- df * degf(own)
  add(name, "marginal_independence_f", statistic / total)
  add(name, "marginal_independence_f:df", df)
  add(name, "marginal_independence_f:df2", df2)
  add(name, "marginal_independence_f:p", pf(statistic / total, df, df2, lower.tail = FALSE))
  p <- c()
  for (one in match(names, every)) {
    whole$variables$hit <- ifelse(whole$variables$base, whole$variables[[every[one]]], NA)
    those <- if (alone) whole else subset(whole, base & !is.na(g))
    single <- svychisq(~hit + g, those, statistic = "F")
    add(name, sprintf("option_rao_scott_f[%d]", one), single$statistic)
    add(name, sprintf("option_rao_scott_f[%d]:p", one), single$p.value)
    p <- c(p, single$p.value)
  }
  adjusted <- p.adjust(p, "holm")
  for (at in seq_along(adjusted))
    add(name, sprintf("option_rao_scott_f[%d]:holm", match(names, every)[at]), adjusted[at])
}
goals <- c("sch.wide", "comp.imp", "awards")
options_of("apistrat_goals_fpc", dstrat, goals, "stype")
options_of("apistrat_goals_weights", dweights, goals, "stype")
options_of("apiclus1_goals", svydesign(id = ~dnum, weights = ~pw, data = apiclus1), goals, "stype")
options_of("apiclus1_goals_fpc", dclus1, goals, "stype")
options_of("apiclus2_goals", dclus2, goals, "stype")

result <- do.call(rbind, values); result$statistic <- paste0('"', result$statistic, '"')
write.csv(result, file.path(here, "design_values.csv"), row.names = FALSE, quote = FALSE)
cat(nrow(result), "values; survey", as.character(packageVersion("survey")), R.version.string, "\n")
