# Reference values of tables of counts, from R and its packages vcd and coin.
#
# Writes tables.csv (the public data sets, as counts) and values.csv (table, statistic, value)
# beside this script. Run it with: Rscript make_tables.R
# Where R has no function for a standard error, it is the delta method with a complex step, which
# is exact to rounding and shares no formula with the Python code.

suppressPackageStartupMessages({ library(vcd); library(coin); library(survey) })

here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
values <- list()
tables <- list()

add <- function(name, statistic, value) {
  values[[length(values) + 1]] <<- data.frame(
    table = name, statistic = statistic, value = sprintf("%.17g", as.numeric(value)))
}

write_table <- function(name, counts) {
  strata <- if (length(dim(counts)) == 3) dim(counts)[3] else 1
  for (s in seq_len(strata)) {
    layer <- if (strata > 1) counts[, , s] else counts
    for (i in seq_len(nrow(layer))) for (j in seq_len(ncol(layer)))
      tables[[length(tables) + 1]] <<- data.frame(
        table = name, stratum = s, row = i, column = j, count = layer[i, j])
  }
}

# --- delta method -----------------------------------------------------------------------------

standard_error <- function(f, counts) {
  n <- sum(counts); p <- counts / n; h <- 1e-30
  g <- vapply(seq_along(p), function(k) {
    moved <- p + 0i; moved[k] <- moved[k] + 1i * h
    Im(f(moved)) / h
  }, 0)
  sqrt((sum(p * g^2) - sum(p * g)^2) / n)
}

pair_sums <- function(p) {
  agree <- disagree <- 0
  for (i in seq_len(nrow(p))) for (j in seq_len(ncol(p))) {
    below <- seq_len(nrow(p)) > i
    agree <- agree + 2 * p[i, j] * sum(p[below, seq_len(ncol(p)) > j])
    disagree <- disagree + 2 * p[i, j] * sum(p[below, seq_len(ncol(p)) < j])
  }
  list(P = agree, Q = disagree,
       rows = sum(p)^2 - sum(rowSums(p)^2), columns = sum(p)^2 - sum(colSums(p)^2))
}
gamma_of <- function(p) with(pair_sums(p), (P - Q) / (P + Q))
tau_b_of <- function(p) with(pair_sums(p), (P - Q) / sqrt(rows * columns))
tau_c_of <- function(p) {
  q <- min(dim(p)); with(pair_sums(p), q * (P - Q) / (q - 1)) / sum(p)^2
}
somers_rows_of <- function(p) with(pair_sums(p), (P - Q) / columns)
somers_columns_of <- function(p) with(pair_sums(p), (P - Q) / rows)
somers_of <- function(p) with(pair_sums(p), 2 * (P - Q) / (rows + columns))
largest <- function(x) x[which.max(Re(x))]
lambda_columns_of <- function(p) {
  top <- largest(colSums(p)); (sum(apply(p, 1, largest)) - top) / (sum(p) - top)
}
lambda_rows_of <- function(p) lambda_columns_of(t(p))
lambda_of <- function(p) {
  a <- largest(colSums(p)); b <- largest(rowSums(p))
  (sum(apply(p, 1, largest)) + sum(apply(p, 2, largest)) - a - b) / (2 * sum(p) - a - b)
}
tau_columns_of <- function(p) {
  n <- sum(p); c <- sum(colSums(p)^2)
  (n * sum(p^2 / rowSums(p)) - c) / (n^2 - c)
}
tau_rows_of <- function(p) tau_columns_of(t(p))
entropy <- function(x) { x <- x[Re(x) > 0]; -sum(x * log(x)) }
uncertainty <- function(kind) function(p) {
  p <- p / sum(p)
  hr <- entropy(rowSums(p)); hc <- entropy(colSums(p)); shared <- hr + hc - entropy(p)
  shared / switch(kind, rows = hr, columns = hc, symmetric = (hr + hc) / 2)
}
correlation_of <- function(x, y) function(p) {
  n <- sum(p); r <- rowSums(p); c <- colSums(p)
  mx <- sum(r * x) / n; my <- sum(c * y) / n
  sum(p * outer(x - mx, y - my)) / sqrt(sum(r * (x - mx)^2) * sum(c * (y - my)^2))
}
mid_ranks <- function(margin) cumsum(margin) - (margin - 1) / 2

noncentral <- function(x, df) {
  limit <- function(p) {
    if (pchisq(x, df) <= p) return(0)
    uniroot(function(ncp) pchisq(x, df, ncp) - p, c(0, x + 20 * sqrt(x + df) + 40),
            tol = 1e-13)$root
  }
  c(limit(0.975), limit(0.025))
}

# --- one table --------------------------------------------------------------------------------

describe <- function(name, counts, ordinal = FALSE, fisher = FALSE, drawn = FALSE) {
  counts <- unclass(as.matrix(counts)); dimnames(counts) <- NULL
  write_table(name, counts)
  n <- sum(counts)
  test <- suppressWarnings(chisq.test(counts, correct = FALSE))
  add(name, "pearson", test$statistic); add(name, "pearson:p", test$p.value)
  add(name, "pearson:df", test$parameter)
  stats <- assocstats(as.table(counts))
  add(name, "likelihood_ratio", stats$chisq_tests["Likelihood Ratio", "X^2"])
  add(name, "likelihood_ratio:p",
      pchisq(stats$chisq_tests["Likelihood Ratio", "X^2"], test$parameter, lower.tail = FALSE))
  add(name, "cramer_v", stats$cramer)
  add(name, "contingency_coefficient", stats$contingency)
  # No package here has these three; the formulas are those of Tschuprow (1925), Cohen (1988) and
  # Bergsma (2013).
  phi2 <- unname(test$statistic) / n; sides <- dim(counts); free <- prod(sides - 1)
  add(name, "tschuprow_t", sqrt(phi2 / sqrt(free)))
  add(name, "cohen_w", sqrt(phi2))
  less <- sides - (sides - 1)^2 / (n - 1)
  add(name, "cramer_v_bias_corrected",
      sqrt(max(0, phi2 - free / (n - 1)) / (min(less) - 1)))
  if (test$statistic < 1e5) {  # beyond that R's pchisq(ncp =) has no digits left
    ends <- noncentral(unname(test$statistic), unname(test$parameter)) / n
    side <- min(dim(counts)) - 1
    add(name, "cramer_v:lower", sqrt(ends[1] / side))
    add(name, "cramer_v:upper", min(1, sqrt(ends[2] / side)))
    add(name, "tschuprow_t:lower", sqrt(ends[1] / sqrt(free)))
    add(name, "tschuprow_t:upper", sqrt(min(side, ends[2]) / sqrt(free)))
  }
  for (i in seq_len(nrow(counts))) for (j in seq_len(ncol(counts))) {
    cell <- sprintf("[%d,%d]", i, j)
    add(name, paste0("expected", cell), test$expected[i, j])
    add(name, paste0("standardized", cell), test$residuals[i, j])
    add(name, paste0("adjusted", cell), test$stdres[i, j])
  }
  measure <- function(label, f) {
    add(name, label, Re(f(counts / n)))
    add(name, paste0(label, ":se"), standard_error(f, counts))
  }
  measure("lambda_rows", lambda_rows_of); measure("lambda_columns", lambda_columns_of)
  measure("lambda_symmetric", lambda_of)
  measure("goodman_kruskal_tau_rows", tau_rows_of)
  measure("goodman_kruskal_tau_columns", tau_columns_of)
  for (kind in c("rows", "columns", "symmetric"))
    measure(paste0("uncertainty_", kind), uncertainty(kind))
  if (all(dim(counts) == 2)) {
    yates <- suppressWarnings(chisq.test(counts, correct = TRUE))
    add(name, "continuity_correction", yates$statistic)
    add(name, "continuity_correction:p", yates$p.value)
    ratio <- oddsratio(counts, log = FALSE)
    add(name, "odds_ratio", coef(ratio))
    add(name, "odds_ratio:lower", confint(ratio)[1]); add(name, "odds_ratio:upper", confint(ratio)[2])
    half <- qnorm(0.975)
    for (j in 1:2) {
      r <- counts[, j] / rowSums(counts); label <- c("risk_ratio", "risk_ratio_second_column")[j]
      se <- sqrt(sum((1 - r) / counts[, j]))
      add(name, label, r[1] / r[2])
      add(name, paste0(label, ":lower"), exp(log(r[1] / r[2]) - half * se))
      add(name, paste0(label, ":upper"), exp(log(r[1] / r[2]) + half * se))
    }
    shares <- counts[1, ] / colSums(counts)
    add(name, "risk_ratio_of_columns", shares[1] / shares[2])
    add(name, "cohen_h", 2 * asin(sqrt(shares[1])) - 2 * asin(sqrt(shares[2])))
  }
  if (fisher)
    add(name, "fisher:p", fisher.test(counts, workspace = 2e8)$p.value)
  if (drawn)  # the exact value that a Monte Carlo p-value estimates
    add(name, "fisher_monte_carlo:p", fisher.test(counts, workspace = 2e8)$p.value)
  if (ordinal) {
    x <- seq_len(nrow(counts)); y <- seq_len(ncol(counts))
    measure("gamma", gamma_of); measure("tau_b", tau_b_of); measure("tau_c", tau_c_of)
    measure("somers_d_rows", somers_rows_of); measure("somers_d_columns", somers_columns_of)
    add(name, "somers_d_symmetric", somers_of(counts / n))
    measure("pearson_r", correlation_of(x, y))
    measure("spearman", correlation_of(mid_ranks(rowSums(counts)), mid_ranks(colSums(counts))))
    labelled <- as.table(counts)
    dimnames(labelled) <- list(row = x, column = y)
    linear <- lbl_test(labelled, scores = list(row = x, column = y))
    add(name, "linear_by_linear", statistic(linear)^2)
    add(name, "linear_by_linear:p", pchisq(statistic(linear)^2, 1, lower.tail = FALSE))
    long <- data.frame(answer = rep(row(counts), counts), group = rep(col(counts), counts))
    if (ncol(counts) == 2) {
      u <- wilcox.test(answer ~ group, long, exact = FALSE, correct = FALSE)
      size <- prod(table(long$group))
      add(name, "mann_whitney", min(u$statistic, size - u$statistic))
      add(name, "mann_whitney:p", u$p.value)
    } else {
      h <- kruskal.test(answer ~ group, long)
      add(name, "kruskal_wallis", h$statistic); add(name, "kruskal_wallis:p", h$p.value)
    }
  }
  # Column proportions of the first row, pair by pair, as CTABLES compares them.
  pairs <- combn(ncol(counts), 2)
  raw <- apply(pairs, 2, function(k) suppressWarnings(
    prop.test(counts[1, k], colSums(counts)[k], correct = FALSE)$p.value))
  eligible <- apply(pairs, 2, function(k) all(counts[1, k] > 0 & counts[1, k] < colSums(counts)[k]))
  for (method in c("bonferroni", "BH", "holm")) {
    adjusted <- rep(NA, length(raw)); adjusted[eligible] <- p.adjust(raw[eligible], method)
    for (k in seq_along(raw)) if (eligible[k])
      add(name, sprintf("letters:%s[%d,%d]", method, pairs[1, k], pairs[2, k]), adjusted[k])
  }
  for (j in seq_len(ncol(counts))) {
    interval <- suppressWarnings(prop.test(counts[1, j], sum(counts[, j]), correct = FALSE))$conf.int
    add(name, sprintf("wilson:lower[%d]", j), interval[1])
    add(name, sprintf("wilson:upper[%d]", j), interval[2])
    if (sum(counts) < 1e5) {
      exact <- binom.test(counts[1, j], sum(counts[, j]))$conf.int
      add(name, sprintf("clopper_pearson:lower[%d]", j), exact[1])
      add(name, sprintf("clopper_pearson:upper[%d]", j), exact[2])
    }
  }
}

describe_paired <- function(name, counts) {
  counts <- unclass(as.matrix(counts)); dimnames(counts) <- NULL
  write_table(name, counts)
  plain <- mcnemar.test(counts, correct = FALSE)
  add(name, "bowker", plain$statistic); add(name, "bowker:p", plain$p.value)
  if (nrow(counts) == 2) {
    add(name, "mcnemar", plain$statistic)
    corrected <- mcnemar.test(counts, correct = TRUE)
    add(name, "mcnemar_corrected", corrected$statistic)
    add(name, "mcnemar_exact:p", binom.test(counts[1, 2], counts[1, 2] + counts[2, 1])$p.value)
  }
  labelled <- as.table(counts)
  dimnames(labelled) <- list(first = seq_len(nrow(counts)), second = seq_len(nrow(counts)))
  margins <- mh_test(labelled)
  add(name, "stuart_maxwell", statistic(margins)); add(name, "stuart_maxwell:p", pvalue(margins))
  agreement <- Kappa(counts)
  add(name, "kappa", agreement$Unweighted[1]); add(name, "kappa:se", agreement$Unweighted[2])
}

describe_strata <- function(name, counts, ordinal = FALSE) {
  counts <- unclass(counts); dimnames(counts) <- NULL
  write_table(name, counts)
  plain <- mantelhaen.test(counts, correct = FALSE)
  add(name, "cmh_general", plain$statistic); add(name, "cmh_general:p", plain$p.value)
  if (all(dim(counts)[1:2] == 2)) {
    add(name, "cmh_corrected", mantelhaen.test(counts, correct = TRUE)$statistic)
    add(name, "mantel_haenszel_odds_ratio", plain$estimate)
    add(name, "mantel_haenszel_odds_ratio:lower", plain$conf.int[1])
    add(name, "mantel_haenszel_odds_ratio:upper", plain$conf.int[2])
    w <- unname(plain$estimate); deviation <- variance <- c()
    for (s in seq_len(dim(counts)[3])) {
      t <- counts[, , s]; r <- rowSums(t); c <- colSums(t)
      range <- c(max(0, r[1] - c[2]), min(r[1], c[1]))
      a <- uniroot(function(a) a * (c[2] - r[1] + a) - w * (r[1] - a) * (c[1] - a),
                   range, tol = 1e-14)$root
      deviation <- c(deviation, t[1, 1] - a)
      variance <- c(variance, 1 / (1 / a + 1 / (r[1] - a) + 1 / (c[1] - a) + 1 / (c[2] - r[1] + a)))
    }
    plain_bd <- sum(deviation^2 / variance)
    add(name, "breslow_day", plain_bd)
    add(name, "breslow_day_tarone", plain_bd - sum(deviation)^2 / sum(variance))
  }
  if (ordinal) {
    long <- as.data.frame(as.table(counts))
    names(long) <- c("row", "column", "stratum", "count")
    scores <- list(row = seq_len(dim(counts)[1]), column = seq_len(dim(counts)[2]))
    long$row <- ordered(long$row); long$column <- ordered(long$column)
    linear <- lbl_test(row ~ column | stratum, long, weights = ~count, scores = scores)
    add(name, "cmh_correlation", statistic(linear)^2)
    long$column <- factor(long$column, ordered = FALSE)
    means <- cmh_test(row ~ column | stratum, long, weights = ~count, scores = scores["row"])
    # With two columns coin's statistic is a standard normal, with more a chi-square.
    add(name, "cmh_mean_scores",
        if (dim(counts)[2] == 2) statistic(means)^2 else statistic(means))
  }
}

data(Arthritis, VisualAcuity, SexualFun, MSPatients, package = "vcd")
data(api, package = "survey")

job <- matrix(c(1, 2, 1, 0, 3, 3, 6, 1, 10, 10, 14, 9, 6, 7, 12, 11), 4, 4)
approval <- matrix(c(794, 86, 150, 570), 2)
acuity <- xtabs(Freq ~ right + left, VisualAcuity, subset = gender == "female")

describe("hair_eye", margin.table(HairEyeColor, c(1, 2)))
describe("ucb_admit_gender", margin.table(UCBAdmissions, c(1, 2)), fisher = TRUE)
describe("titanic_class_survived", margin.table(Titanic, c(1, 4)))
describe("titanic_sex_survived", margin.table(Titanic, c(2, 4)), fisher = TRUE)
describe("party", rbind(c(762, 327, 468), c(484, 239, 477)))
describe("job", job, ordinal = TRUE, fisher = TRUE)
describe("tea", rbind(c(3, 1), c(1, 3)), fisher = TRUE)
describe("convictions", rbind(c(2, 15), c(10, 3)), fisher = TRUE)
describe("small", rbind(c(12, 5), c(7, 15)), ordinal = TRUE, fisher = TRUE)
describe("three_by_three", rbind(c(3, 1, 2), c(1, 3, 4), c(2, 2, 0)), fisher = TRUE)
describe("scipy_4130", rbind(c(345, 455), c(260, 345)), fisher = TRUE)
describe("arthritis", xtabs(~ Improved + Treatment, Arthritis), ordinal = TRUE, fisher = TRUE)
describe("esoph_cases", xtabs(ncases ~ agegp + alcgp, esoph), ordinal = TRUE)
describe("mtcars_gear_cyl", xtabs(~ gear + cyl, mtcars), ordinal = TRUE, fisher = TRUE)
describe("occupational_status", occupationalStatus, ordinal = TRUE)
describe("api_stype_awards", xtabs(~ stype + awards, apistrat), fisher = TRUE)
describe("billion", rbind(c(1e9, 2e9), c(2e9, 1e9 + 1)))
describe("sexual_fun_answers", SexualFun, drawn = TRUE)
describe_paired("approval", approval)
describe_paired("visual_acuity", acuity)
describe_paired("sexual_fun", SexualFun)
describe_paired("ms_patients_winnipeg", MSPatients[, , 1])
describe_strata("ucb_departments", UCBAdmissions)
describe_strata("arthritis_sex", xtabs(~ Improved + Treatment + Sex, Arthritis), ordinal = TRUE)
describe_strata("hair_eye_sex", HairEyeColor, ordinal = TRUE)
describe_strata("titanic_class", aperm(margin.table(Titanic, c(2, 4, 1)), c(1, 2, 3)))

write.csv(do.call(rbind, tables), file.path(here, "tables.csv"), row.names = FALSE, quote = FALSE)
result <- do.call(rbind, values)
result$statistic <- paste0('"', result$statistic, '"')
write.csv(result, file.path(here, "values.csv"), row.names = FALSE, quote = FALSE)
cat(nrow(result), "values;", R.version.string, "\n")
