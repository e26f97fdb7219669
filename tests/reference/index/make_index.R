# Reference values of composite indices, from R's stats, psych and survey, on the samples of
# ../statistics (people_bfi.csv, people_apistrat.csv).
#
# Writes index_values.csv (case, statistic, value) beside this script. Run: Rscript make_index.R
# Normalisation and aggregation are the formulas that COINr documents (n_minmax, n_zscore,
# n_goalposts, a_amean, a_gmean); the counting example is that of Alkire & Foster (2011), section 3.

suppressPackageStartupMessages({library(psych); library(survey)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
people <- function(name) read.csv(file.path(here, "../statistics", paste0("people_", name, ".csv")))
values <- list()
add <- function(case, statistic, value)
  values[[length(values) + 1]] <<- data.frame(
    case = case, statistic = statistic, value = sprintf("%.17g", as.numeric(value)))

# COINr's documented formulas --------------------------------------------------------------------
n_minmax <- function(x, low = min(x, na.rm = TRUE), high = max(x, na.rm = TRUE)) (x - low) / (high - low)
n_zscore <- function(x) (x - mean(x, na.rm = TRUE)) / sd(x, na.rm = TRUE)
n_goalposts <- function(x, low, high) pmin(pmax((x - low) / (high - low), 0), 1)
a_amean <- function(x, w) { there <- !is.na(x); sum(x[there] * w[there]) / sum(w[there]) }
a_gmean <- function(x, w) { there <- !is.na(x); exp(sum(w[there] * log(x[there])) / sum(w[there])) }

bfi <- people("bfi")
names_a <- paste0("A", 1:5); names_n <- paste0("N", 1:5)
turned <- c("A1", names_n)
weights_a <- c(1, 2, 1, 1, 2); weights_n <- rep(1, 5); outer <- c(2, 1)
normalised <- list(
  min_max = function(x, turn) { y <- n_minmax(x, 1, 6); if (turn) 1 - y else y },
  goalposts = function(x, turn) { y <- n_goalposts(x, 2, 5); if (turn) 1 - y else y },
  z = function(x, turn) { y <- n_zscore(x); if (turn) -y else y },
  rank = function(x, turn) { y <- (rank(x, na.last = "keep") - 0.5) / sum(!is.na(x)); if (turn) 1 - y else y })
made <- function(method) sapply(c(names_a, names_n), function(v) normalised[[method]](bfi[[v]], v %in% turned))
index_of <- function(matrix, mean_of, least, shift = 0) {
  apply(matrix, 1, function(x) {
    a <- x[1:5]; n <- x[6:10]
    if (sum(!is.na(x)) < least || all(is.na(a)) || all(is.na(n))) return(NA)
    mean_of(c(mean_of(a + shift, weights_a), mean_of(n + shift, weights_n)), outer) - shift
  })
}
for (method in names(normalised)) {
  for (least in c(10, 6)) {
    case <- paste0(method, if (least == 10) "_complete" else "_available")
    found <- index_of(made(method), a_amean, least)
    for (i in 1:60) add(case, sprintf("index[%d]", i), found[i])
    add(case, "mean", mean(found, na.rm = TRUE)); add(case, "sd", sd(found, na.rm = TRUE))
  }
}
found <- index_of(made("min_max"), a_gmean, 10, 0.1)
for (i in 1:60) add("geometric_complete", sprintf("index[%d]", i), found[i])
add("geometric_complete", "mean", mean(found, na.rm = TRUE)); add("geometric_complete", "sd", sd(found, na.rm = TRUE))

# Coherence ---------------------------------------------------------------------------------------
unit <- made("min_max")
for (part in list(list("agreeable", names_a), list("stable", names_n))) {
  held <- na.omit(unit[, part[[2]]])
  a <- suppressWarnings(psych::alpha(held, check.keys = FALSE))
  add("coherence", paste0("alpha:", part[[1]]), a$total$raw_alpha)
  add("coherence", paste0("standardised_alpha:", part[[1]]), a$total$std.alpha)
  add("coherence", paste0("mean_correlation:", part[[1]]), a$total$average_r)
  for (v in part[[2]]) {
    add("coherence", paste0("item_rest:", v), a$item.stats[v, "r.drop"])
    add("coherence", paste0("alpha_without:", v), a$alpha.drop[v, "raw_alpha"])
  }
  r <- cor(held)
  # psych::omega(nfactors = 1): one factor by minimum residuals, found here to the last digit.
  misfit <- function(l) { m <- r - outer(l, l); sum(m[upper.tri(m)]^2) }
  l <- psych::fa(r, 1, fm = "minres")$loadings[, 1]
  for (i in 1:20) l <- optim(l, misfit, method = "BFGS", control = list(reltol = 1e-16, maxit = 1000))$par
  slope <- function(l) { m <- r - outer(l, l); diag(m) <- 0; as.vector(m %*% l) }
  for (i in 1:20) {
    jacobian <- sapply(1:5, function(k) { e <- rep(0, 5); e[k] <- 1e-6; (slope(l + e) - slope(l - e)) / 2e-6 })
    l <- l - solve(jacobian, slope(l))
  }
  add("coherence", paste0("omega:", part[[1]]), 1 - (5 - sum(l^2)) / sum(r))
}
held <- na.omit(unit)
r <- cor(held); e <- eigen(r)
for (i in 1:10) add("components", sprintf("eigenvalue[%d]", i), e$values[i])
loadings <- e$vectors[, 1:2] %*% diag(sqrt(e$values[1:2]))
rotated <- loadings
# It ends where its criterion is flat, some 1e-8 before the angle stands still: so again and again.
for (i in 1:100) rotated <- varimax(rotated, eps = 1e-15)$loadings[]
rotated <- rotated[, order(-colSums(rotated^2))]
for (k in 1:2) {
  if (sum(rotated[, k]) < 0) rotated[, k] <- -rotated[, k]
  for (i in 1:10) add("components", sprintf("loading[%d.%d]", i, k), rotated[i, k])
}

# Under a design ----------------------------------------------------------------------------------
api <- people("apistrat")
api$performance <- n_goalposts(api$api00, 400, 900)
api$need <- 1 - n_goalposts(api$meals, 0, 100)
api$goals <- api$sch.wide - 1
api$index <- (2 * (api$performance + 3 * api$need) / 4 + api$goals) / 3
design <- svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = api)
total <- svymean(~index, design)
add("apistrat", "mean:total", coef(total)); add("apistrat", "standard_error:total", SE(total))
by <- svyby(~index, ~awards, design, svymean)
for (k in 1:2) {
  add("apistrat", sprintf("mean:%d", k), by$index[k])
  add("apistrat", sprintf("standard_error:%d", k), by$se[k])
}
both <- svyby(~index, ~awards, design, svymean, covmat = TRUE)
gap <- svycontrast(both, c(1, -1))
add("apistrat", "gap", coef(gap)); add("apistrat", "gap_error", SE(gap))

# Alkire & Foster (2011): four people, four dimensions, cut-offs and equal weights, k = 2 of 4 ----------
y <- rbind(c(13.1, 14, 4, 1), c(15.2, 7, 5, 0), c(12.5, 10, 1, 0), c(20, 11, 3, 1))
deprived <- t(t(y) < c(13, 12, 3, 1))
score <- rowMeans(deprived); poor <- score >= 2 / 4
add("alkire_foster", "headcount", mean(poor))
add("alkire_foster", "intensity", mean(score[poor]))
add("alkire_foster", "adjusted_headcount", mean(score * poor))
for (j in 1:4) {
  add("alkire_foster", sprintf("uncensored_headcount[%d]", j), mean(deprived[, j]))
  add("alkire_foster", sprintf("censored_headcount[%d]", j), mean(deprived[, j] * poor))
  add("alkire_foster", sprintf("contribution[%d]", j),
      100 * sum(deprived[, j] * poor) / sum(deprived * poor))
}
write.csv(do.call(rbind, values), file.path(here, "index_values.csv"), row.names = FALSE, quote = FALSE)
