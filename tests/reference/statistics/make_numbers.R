# Reference values of numeric variables in groups, of scales, correlations and regressions, from R's
# stats, survey, psych, polycor, MASS, nnet and mvtnorm, on the public samples of psych, MASS, datasets and survey.
#
# Writes people_*.csv and number_values.csv (case, statistic, value) beside this script; the samples
# of survey are those of make_designs.R. Run: Rscript make_numbers.R
# Where R has a function its value is taken. Linearised errors of other estimates come from complex
# steps: the derivative of an estimate by a respondent's weight is the variable whose total
# svytotal takes the variance of, whatever the formula.

suppressPackageStartupMessages({library(survey); library(psych); library(MASS); library(yaml)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
values <- list()
add <- function(case, statistic, value)
  values[[length(values) + 1]] <<- data.frame(
    case = case, statistic = statistic, value = sprintf("%.17g", as.numeric(value)))
near <- function(a, b, close = 1e-9) stopifnot(all(abs(a - b) <= close * pmax(abs(b), 1e-3)))

save_people <- function(name, people) {
  for (v in names(people)) if (is.factor(people[[v]])) people[[v]] <- as.integer(people[[v]])
  for (v in names(people)) if (is.double(people[[v]]))
    people[[v]] <- ifelse(is.na(people[[v]]), "", sprintf("%.17g", people[[v]]))
  write.csv(people, file.path(here, paste0("people_", name, ".csv")), row.names = FALSE,
            quote = FALSE, na = "")
}
data(bfi, package = "psych"); data(sat.act, package = "psych")
save_people("bfi", bfi[1:1000, c(paste0("A", 1:5), paste0("N", 1:5))])
save_people("satact", sat.act)
save_people("attitude", attitude)
save_people("students", MASS::survey[c("Exer", "Wr.Hnd", "NW.Hnd", "Pulse", "Height")])
save_people("quine", quine[c("Sex", "Age", "Days")])
save_people("birthwt", birthwt[c("race", "smoke", "age", "lwt", "bwt", "low")])

# The influence of every respondent's weight on an estimate, by complex steps.
slopes <- function(f, w, members) {
  result <- matrix(0, length(w), length(f(w)))
  for (i in which(members)) { v <- w + 0i; v[i] <- v[i] + 1e-30i; result[i, ] <- Im(f(v)) / 1e-30 }
  result
}
linearised <- function(f, design, members) {
  w <- weights(design, "sampling")
  list(value = Re(f(w)), error = sqrt(diag(as.matrix(vcov(svytotal(slopes(f, w, members), design))))))
}
replicated <- function(f, design) {
  # Taken around the mean of the replicates, as the design asks.
  r <- withReplicates(design, function(w, data) f(w))
  list(value = coef(r), error = sqrt(diag(as.matrix(vcov(r)))))
}
estimated <- function(f, design, members)
  if (inherits(design, "svyrep.design")) replicated(f, design) else linearised(f, design, members)

left <- function(x, w, p) {
  x <- x[w > 0]; w <- w[w > 0]; place <- order(x)
  x[place][which(cumsum(w[place]) >= (p - 1e-12) * sum(w))[1]]
}
summary_of <- function(case, x, g, design) {
  for (k in sort(unique(na.omit(g)))) {
    inside <- !is.na(x) & !is.na(g) & g == k
    place <- sprintf("[%d]", k)
    if (is.null(design)) {
      own <- x[inside]; one <- svydesign(id = ~1, weights = ~one, data = data.frame(x = own, one = 1))
      add(case, paste0("mean:se", place), sd(own) / sqrt(length(own)))
      ends <- t.test(own)$conf.int; deviation <- sd(own)
      cuts <- quantile(own, c(0.25, 0.5, 0.75), type = 1)
    } else {
      one <- subset(update(design, x = x), inside)
      m <- svymean(~x, one)
      add(case, paste0("mean:se", place), SE(m))
      ends <- confint(m, df = degf(one)); deviation <- sqrt(coef(svyvar(~x, one)))
      cuts <- NULL
    }
    add(case, paste0("n", place), sum(inside))
    add(case, paste0("weighted", place), sum(weights(one, "sampling")))
    add(case, paste0("mean", place), coef(svymean(~x, one)))
    add(case, paste0("mean:lower", place), ends[1]); add(case, paste0("mean:upper", place), ends[2])
    add(case, paste0("deviation", place), deviation)
    # qrule = "math" takes the second smallest value for a share that the smallest alone reaches.
    found <- svyquantile(~x, one, c(0.25, 0.5, 0.75), qrule = left)[[1]]
    near(found[, 1], svyquantile(~x, one, c(0.25, 0.5, 0.75))[[1]][, 1])
    if (!is.null(cuts)) near(found[, 1], cuts)
    for (q in 1:3) {
      name <- sprintf("quantile%s", c("25", "50", "75")[q])
      add(case, paste0(name, place), found[q, 1])
      for (end in 2:3) if (is.finite(found[q, end]))
        add(case, paste0(name, c(NA, ":lower", ":upper")[end], place), found[q, end])
      if (all(is.finite(found[q, 2:4]))) add(case, paste0(name, ":se", place), found[q, 4])
    }
    add(case, paste0("minimum", place), min(x[inside])); add(case, paste0("maximum", place), max(x[inside]))
  }
}

tested <- function(case, name, statistic, df, df2, p) {
  add(case, name, statistic); add(case, paste0(name, ":p"), p)
  if (!is.na(df)) add(case, paste0(name, ":df"), df)
  if (!is.na(df2)) add(case, paste0(name, ":df2"), df2)
}

noncentral_f <- function(f, df, df2, ncp) {
  j <- 0:2000; sum(dpois(j, ncp / 2) * pbeta(df * f / (df * f + df2), df / 2 + j, df2 / 2))
}
# pt(ncp =) warns of lost precision.
noncentral_t <- function(t, df, ncp) {
  around <- 1 + c(-1, 1) * 9 / sqrt(2 * df)
  integrate(function(u) pnorm(t * u - ncp) * dchisq(df * u^2, df) * 2 * df * u, max(around[1], 0), around[2],
            rel.tol = 1e-13, subdivisions = 1000L)$value
}
limits <- function(tail_at, low, high) sapply(c(0.975, 0.025), function(p) {
  if (tail_at(low) <= p) return(low)
  uniroot(function(ncp) tail_at(ncp) - p, c(low, high), tol = 1e-13)$root
})

classical_groups <- function(case, x, g) {
  kept <- !is.na(x) & !is.na(g); x <- x[kept]; g <- factor(g[kept]); n <- length(x); k <- nlevels(g)
  one <- summary(aov(x ~ g))[[1]]
  f <- one[1, 4]; eta <- one[1, 2] / sum(one[, 2])
  share <- limits(function(ncp) noncentral_f(f, k - 1, n - k, ncp), 0, 500)
  add(case, "eta_squared", eta)
  add(case, "eta_squared:lower", share[1] / (share[1] + n)); add(case, "eta_squared:upper", share[2] / (share[2] + n))
  add(case, "omega_squared", max(0, (one[1, 2] - (k - 1) * one[2, 3]) / (sum(one[, 2]) + one[2, 3])))
  if (k > 2) {
    w <- oneway.test(x ~ g); tested(case, "welch_anova", w$statistic, w$parameter[1], w$parameter[2], w$p.value)
    h <- kruskal.test(x ~ g); tested(case, "kruskal_wallis", h$statistic, h$parameter, NA, h$p.value)
    return(invisible())
  }
  t <- t.test(x ~ g); tested(case, "welch_t", t$statistic, t$parameter, NA, t$p.value)
  u <- wilcox.test(x ~ g, exact = FALSE, correct = FALSE)
  tested(case, "mann_whitney", min(u$statistic, prod(table(g)) - u$statistic), NA, NA, u$p.value)
  add(case, "difference", -diff(t$estimate)); add(case, "difference:se", t$stderr)
  add(case, "difference:lower", t$conf.int[1]); add(case, "difference:upper", t$conf.int[2])
  m <- tapply(x, g, mean); sizes <- as.numeric(table(g)); df <- n - 2
  d <- unname(m[1] - m[2]) / sqrt(sum(tapply(x, g, function(v) sum((v - mean(v))^2))) / df)
  scale <- sqrt(sum(1 / sizes)); stat <- d / scale
  ends <- limits(function(ncp) noncentral_t(stat, df, ncp), stat - 12, stat + 12) * scale
  small <- exp(lgamma(df / 2) - log(sqrt(df / 2)) - lgamma((df - 1) / 2))
  add(case, "cohen_d", d); add(case, "cohen_d:lower", ends[1]); add(case, "cohen_d:upper", ends[2])
  add(case, "hedges_g", small * d); add(case, "hedges_g:lower", small * ends[1]); add(case, "hedges_g:upper", small * ends[2])
}

around <- function(case, name, value, error, df, least = -Inf) {
  add(case, name, value); add(case, paste0(name, ":se"), error)
  add(case, paste0(name, ":lower"), max(value - qt(0.975, df) * error, least))
  add(case, paste0(name, ":upper"), value + qt(0.975, df) * error)
}

designed_groups <- function(case, x, g, design) {
  kept <- !is.na(x) & !is.na(g)
  design <- update(design, x = ifelse(kept, x, 0), part = factor(ifelse(kept, g, NA)))
  one <- if (all(kept)) design else subset(design, kept)
  k <- nlevels(factor(g[kept])); n <- sum(kept); fit <- svyglm(x ~ part, one)
  # Of equal values svyranktest averages what the order of the rows makes of unequal weights.
  own <- data.frame(x = x[kept], w = weights(design, "sampling")[kept])
  middle <- sapply(own$x, function(v) sum(own$w[own$x < v]) + sum(own$w[own$x == v]) / 2) / sum(own$w)
  given <- weights(one, "sampling") > 0; places <- numeric(length(given)); places[given] <- middle
  ranks <- svyranktest(x ~ part, one, test = function(r, N) places)
  if (length(unique(own$w)) == 1) near(ranks$p.value, svyranktest(x ~ part, one)$p.value)
  if (k == 2) {
    one <- update(one, h = as.integer(part) - 1)
    t <- svyttest(x ~ h, one); tested(case, "design_t", -t$statistic, t$parameter, NA, t$p.value)
    tested(case, "design_wilcoxon", -ranks$statistic, ranks$parameter, NA, ranks$p.value)
    add(case, "difference", -coef(fit)[2]); add(case, "difference:se", SE(fit)[2])
  } else {
    wald <- regTermTest(fit, ~part); tested(case, "design_wald_f", wald$Ftest, wald$df, wald$ddf, wald$p)
    # multiranktest exchanges the names of its statistic and its degrees of freedom.
    tested(case, "design_kruskal_wallis", ranks$parameter / ranks$statistic, ranks$statistic, ranks$ddf, ranks$p.value)
  }
  lines <- split(which(kept), g[kept])
  parts <- function(w) {
    sizes <- sapply(lines, function(i) sum(w[i])); means <- sapply(lines, function(i) sum(w[i] * x[i])) / sizes
    within <- sum(mapply(function(i, m) sum(w[i] * (x[i] - m)^2), lines, means))
    list(sizes = sizes, means = means, within = within)
  }
  share <- function(w) { p <- parts(w); middle <- sum(p$sizes * p$means) / sum(p$sizes)
    between <- sum(p$sizes * (p$means - middle)^2); between / (between + p$within) }
  eta <- estimated(share, design, kept)
  around(case, "eta_squared", eta$value, eta$error, degf(one), 0)
  if (k == 2) {
    deviation <- function(w) { p <- parts(w); (p$means[1] - p$means[2]) / sqrt(p$within / sum(p$sizes) * n / (n - 2)) }
    d <- estimated(deviation, design, kept)
    around(case, "cohen_d", d$value, d$error, degf(one))
    small <- exp(lgamma(n / 2 - 1) - log(sqrt(n / 2 - 1)) - lgamma((n - 3) / 2))
    around(case, "hedges_g", small * d$value, small * d$error, degf(one))
  }
}

# One factor by minimum residuals, polished by Newton steps (complex weights pass through).
minres <- function(r) {
  l <- suppressMessages(suppressWarnings(fa(Re(r), 1, fm = "minres")$loadings[, 1]))
  off <- r - diag(diag(r))
  for (i in 1:30) {
    slope <- off %*% l - l * (sum(l^2) - l^2)
    bend <- off - 2 * l %*% t(l); diag(bend) <- l^2 - sum(l^2)
    l <- l - as.vector(solve(bend, slope))
  }
  if (sum(Re(l)) < 0) -l else l
}
correlations <- function(s) s / sqrt(diag(s)) / rep(sqrt(diag(s)), each = nrow(s))
coefficients <- list(
  alpha = function(s) nrow(s) / (nrow(s) - 1) * (1 - sum(diag(s)) / sum(s)),
  standardised_alpha = function(s) { r <- correlations(s); nrow(r) / (nrow(r) - 1) * (1 - nrow(r) / sum(r)) },
  omega = function(s) { r <- correlations(s); 1 - (nrow(r) - sum(minres(r)^2)) / sum(r) })
weighted <- function(x, w) {
  x <- t(t(x) - colSums(w * x) / sum(w))
  t(x) %*% (w * x) / sum(w)
}

scale_of <- function(case, x, keys, design, pairwise) {
  turned <- t(t(as.matrix(x)) * keys); k <- ncol(x)
  full <- complete.cases(turned); listwise <- turned[full, ]; n <- nrow(listwise)
  if (is.null(design)) {
    s <- if (pairwise) cov(turned, use = "pairwise") else cov(listwise)
    a <- suppressWarnings(alpha(as.data.frame(if (pairwise) turned else listwise)))
    near(a$total$raw_alpha, coefficients$alpha(s)); near(a$total$std.alpha, coefficients$standardised_alpha(s))
    near(suppressMessages(suppressWarnings(omega(cov2cor(s), 1, plot = FALSE))$omega.tot), coefficients$omega(s), 1e-4)
    rest <- a$item.stats$r.drop; without <- a$alpha.drop$raw_alpha
    if (!pairwise) {
      ends <- alpha.ci(coefficients$alpha(s), n, k)
      add(case, "alpha:lower", ends$lower.ci); add(case, "alpha:upper", ends$upper.ci)
    }
    add(case, "alpha", a$total$raw_alpha); add(case, "standardised_alpha", a$total$std.alpha)
    add(case, "mean_correlation", a$total$average_r); add(case, "omega", coefficients$omega(s))
    equal <- rep(1, n); names <- if (pairwise) character() else c("standardised_alpha", "omega")
    for (name in names) {
      f <- function(w) log(1 - coefficients[[name]](weighted(listwise, w)))
      error <- sqrt(sum(slopes(f, equal, rep(TRUE, n))^2)); value <- coefficients[[name]](s)
      add(case, paste0(name, ":se"), error * (1 - value))
      add(case, paste0(name, ":lower"), 1 - (1 - value) * exp(qnorm(0.975) * error))
      add(case, paste0(name, ":upper"), 1 - (1 - value) * exp(-qnorm(0.975) * error))
    }
  } else {
    one <- subset(design, full)
    w <- weights(design, "sampling"); s <- weighted(turned, w)
    add(case, "mean_correlation", mean(correlations(s)[lower.tri(s)]))
    names <- paste0("item", seq_len(k)); frame <- as.data.frame(turned); names(frame) <- names
    more <- design; for (v in names) more$variables[[v]] <- frame[[v]]
    near(svycralpha(as.formula(paste("~", paste(names, collapse = "+"))), more), coefficients$alpha(s))
    for (name in names(coefficients)) {
      f <- function(w) log(1 - coefficients[[name]](weighted(turned, w)))
      found <- estimated(f, design, full); value <- coefficients[[name]](s); half <- qt(0.975, degf(one)) * found$error
      add(case, name, value); add(case, paste0(name, ":se"), found$error * (1 - value))
      add(case, paste0(name, ":lower"), 1 - (1 - value) * exp(half))
      add(case, paste0(name, ":upper"), 1 - (1 - value) * exp(-half))
      if (name == "alpha" && inherits(design, "survey.design")) {
        # The same error from svyvar and svycontrast.
        v <- svyvar(as.formula(paste("~", paste(names, collapse = "+"))), more)
        g <- -k / (k - 1) * (as.vector(diag(k)) / sum(v) - sum(diag(v)) / sum(v)^2)
        near(sqrt(as.vector(t(g) %*% attr(v, "var") %*% g)), found$error * (1 - value))
      }
    }
    rest <- sapply(1:k, function(i) sum(s[i, -i]) / sqrt(s[i, i] * sum(s[-i, -i])))
    without <- sapply(1:k, function(i) coefficients$alpha(s[-i, -i]))
  }
  l <- minres(correlations(s))
  for (i in 1:k) {
    add(case, sprintf("item_rest[%d]", i), rest[i]); add(case, sprintf("alpha_without[%d]", i), without[i])
    add(case, sprintf("loading[%d]", i), l[i])
  }
}

mid_ranks <- function(x) { k <- outer(x, x, function(a, b) (b < a) + (b == a) / 2); function(w) as.vector(k %*% w) / sum(w) }
moments <- function(u, v, w) {
  u <- u - sum(w * u) / sum(w); v <- v - sum(w * v) / sum(w)
  sum(w * u * v) / sqrt(sum(w * u^2) * sum(w * v^2))
}
below <- function(h, k, r) outer(h, k, Vectorize(function(a, b) {
  if (a == Inf) return(pnorm(b)); if (b == Inf) return(pnorm(a))
  if (a == -Inf || b == -Inf) return(0)
  mvtnorm::pmvnorm(upper = c(a, b), corr = matrix(c(1, r, r, 1), 2), algorithm = mvtnorm::TVPACK(1e-15))
}))
height <- function(h, k, r) outer(h, k, function(a, b)
  ifelse(is.finite(a) & is.finite(b), exp(-(a^2 - 2 * r * a * b + b^2) / 2 / (1 - r^2)) / 2 / pi / sqrt(1 - r^2), 0))
rectangles <- function(m) diff(t(diff(t(m))))
polychoric_of <- function(p, start = NULL) {
  h <- c(-Inf, qnorm(cumsum(rowSums(p)))[-nrow(p)], Inf); k <- c(-Inf, qnorm(cumsum(colSums(p)))[-ncol(p)], Inf)
  score <- function(r) { part <- p * rectangles(height(h, k, r)) / rectangles(below(h, k, r)); sum(part[p > 0]) }
  if (is.null(start)) return(uniroot(score, c(-0.95, 0.95), tol = 1e-15)$root)
  a <- start - 1e-4; b <- start + 1e-4; fa <- score(a); fb <- score(b)  # secant
  for (i in 1:20) { new <- b - fb * (b - a) / (fb - fa); a <- b; fa <- fb; b <- new
    if (abs(b - a) < 1e-15) break; fb <- score(b); if (fb == fa) break }
  b
}

correlated <- function(case, x, methods, design) {
  for (i in seq_along(x)) for (j in seq_along(x)) if (i < j) for (method in methods) {
    name <- function(part = "") sprintf("%s%s[%d,%d]", method, part, i, j)
    kept <- complete.cases(x[[i]], x[[j]]); a <- x[[i]]; b <- x[[j]]
    a[!kept] <- a[which(kept)[1]]; b[!kept] <- b[which(kept)[1]]
    n <- sum(kept); add(case, name(":n"), n)
    done <- function(value, error, on_z, df) {
      add(case, name(), value); add(case, name(":se"), error)
      ends <- tanh(atanh(value) + c(-1, 1) * qt(0.975, df) * as.vector(on_z))
      add(case, name(":lower"), ends[1]); add(case, name(":upper"), ends[2])
      add(case, name(":p"), 2 * pt(-abs(atanh(value) / on_z), df))
    }
    if (method == "polychoric") {
      w <- if (is.null(design)) as.numeric(kept) else weights(design, "sampling") * kept
      p <- xtabs(w ~ factor(a) + factor(b)); p <- unclass(p) / sum(p); rho <- polychoric_of(p)
      if (is.null(design)) near(polycor::polychor(table(a[kept], b[kept])), rho, 1e-3)
      h <- 1e-4; cells <- p * 0
      for (cell in which(p > 0)) {
        at <- function(e) { q <- p; q[cell] <- q[cell] + e; polychoric_of(q / sum(q), rho) }
        step <- h * p[cell]
        cells[cell] <- (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step)
      }
      own <- cells[cbind(as.integer(factor(a)), as.integer(factor(b)))] * kept
      if (is.null(design)) { error <- sqrt(sum(own^2)) / n; df <- Inf }
      else { error <- as.vector(SE(svytotal(own / sum(w), design))); df <- degf(subset(design, kept)) }
      done(rho, error, error / (1 - rho^2), df); next
    }
    if (is.null(design)) {
      found <- suppressWarnings(cor.test(a[kept], b[kept], method = method, exact = FALSE))
      r <- unname(found$estimate)
      wider <- if (method == "spearman") 1 + r^2 / 2 else 1
      ends <- tanh(atanh(r) + c(-1, 1) * qnorm(0.975) * sqrt(wider / (n - 3)))
      if (method == "pearson") near(ends, found$conf.int)
      add(case, name(), r); add(case, name(":lower"), ends[1]); add(case, name(":upper"), ends[2])
      add(case, name(":p"), found$p.value); next
    }
    if (method == "pearson") f <- function(w) { r <- moments(a, b, w * kept); c(r, atanh(r)) }
    else {
      ra <- mid_ranks(a[kept]); rb <- mid_ranks(b[kept])
      f <- function(w) { v <- w[kept]; r <- moments(ra(v), rb(v), v); c(r, atanh(r)) }
    }
    found <- estimated(f, design, kept); one <- subset(design, kept)
    if (method == "pearson" && inherits(design, "survey.design")) {
      v <- svyvar(~a + b, subset(update(design, a = a, b = b), kept))
      g <- c(-v[1, 2] / v[1, 1] / 2, 0.5, 0.5, -v[1, 2] / v[2, 2] / 2) / sqrt(v[1, 1] * v[2, 2])
      near(sqrt(as.vector(t(g) %*% attr(v, "var") %*% g)), found$error[1])
    }
    done(found$value[1], found$error[1], found$error[2], degf(one))
  }
}

designs <- function(case, people) {
  keys <- c("weights", "strata", "clusters", "fpc")
  if (!any(keys %in% names(case))) return(NULL)
  side <- function(key) if (is.null(case[[key]])) NULL else as.formula(paste("~", paste(case[[key]], collapse = "+")))
  design <- svydesign(id = if (is.null(case$clusters)) ~1 else side("clusters"), strata = side("strata"),
                      weights = side("weights"), fpc = side("fpc"), nest = TRUE, data = people)
  if (!is.null(case$rake)) {
    margins <- lapply(names(case$rake), function(v) {
      one <- data.frame(code = as.integer(names(case$rake[[v]])), Freq = unlist(case$rake[[v]])); names(one)[1] <- v; one })
    design <- rake(design, lapply(names(case$rake), function(v) as.formula(paste("~", v))), margins,
                   control = list(maxit = 200, epsilon = 1e-12))
  }
  if (identical(case$resample, "jackknife")) design <- as.svrepdesign(design, type = "auto")
  design
}

# Regressions: R's fit, polished by Newton steps with a complex-step Hessian (optim stops early).
predicted <- function(kind, v, x, k) {
  if (kind == "linear") return(cbind(x %*% v[seq_len(ncol(x))] + v[ncol(x) + 1]))
  if (kind == "multinomial") {
    m <- matrix(v, ncol = k - 1); eta <- cbind(0, x %*% m[-nrow(m), ] + rep(m[nrow(m), ], each = nrow(x)))
    return(exp(eta) / rowSums(exp(eta)))
  }
  below <- sapply(v[-seq_len(ncol(x))], function(cut) 1 / (1 + exp(-(cut - x %*% v[seq_len(ncol(x))]))))
  below <- cbind(0, below, 1)
  below[, -1, drop = FALSE] - below[, -ncol(below), drop = FALSE]
}
heights <- function(kind, v, x, y, k)
  if (kind == "linear") -(y - predicted(kind, v, x, k)[, 1])^2 / 2 else log(predicted(kind, v, x, k)[cbind(seq_along(y), y)])
scores <- function(kind, v, x, y, k) sapply(seq_along(v), function(i) {
  u <- v + 0i; u[i] <- u[i] + 1e-30i; Im(heights(kind, u, x, y, k)) / 1e-30 })
bend <- function(kind, v, w, x, y, k) sapply(seq_along(v), function(i) {
  g <- function(h) { u <- v; u[i] <- u[i] + h; colSums(w * scores(kind, u, x, y, k)) }
  column <- if (kind == "multinomial") (i - 1) %% (ncol(x) + 1) + 1 else min(i, ncol(x) + 1)
  h <- 1e-3 * max(1, abs(v[i])) / max(1, max(abs(cbind(x, 1)[, column])))
  (8 * (g(h) - g(-h)) - (g(2 * h) - g(-2 * h))) / (12 * h)
})

family_of <- list(linear = quote(gaussian()), binary = quote(quasibinomial()))
regression_of <- function(case, given, people, design) {
  kind <- given$model; people$w_ <- if (is.null(design)) 1 else weights(design, "sampling")
  sides <- c(unlist(given$terms), if (!is.null(given$interaction)) paste(given$interaction, collapse = ":"))
  formula <- as.formula(paste("answer ~", paste(sides, collapse = "+")))
  y <- people[[given$outcome]]; if (kind != "linear") y <- as.integer(factor(y))
  k <- if (kind == "linear") 1 else max(y, na.rm = TRUE)
  people$answer <- switch(kind, linear = y, binary = y - 1, factor(y))
  full <- complete.cases(people[c("answer", unlist(given$terms))])
  for (v in given$nominal) people[[v]] <- factor(ifelse(full, people[[v]], NA))
  one <- if (is.null(design)) NULL else subset(update(design, answer = people$answer), full)
  if (!is.null(one)) for (v in given$nominal) one$variables[[v]] <- factor(one$variables[[v]], levels(people[[v]]))
  x <- model.matrix(formula, people[full, ])[, -1, drop = FALSE]; y <- y[full]; w <- people$w_[full]
  fit <- switch(kind, linear = lm(answer ~ x, people[full, ], weights = w_),
                binary = suppressWarnings(glm(answer ~ x, binomial, people[full, ], weights = w_ / mean(w), control = list(epsilon = 1e-14))),
                ordered = polr(answer ~ x, people[full, ], weights = w_ / mean(w)),
                multinomial = nnet::multinom(answer ~ x, people[full, ], weights = w_ / mean(w), trace = FALSE, maxit = 1000, reltol = 1e-14))
  start <- switch(kind, linear = c(coef(fit)[-1], coef(fit)[1]), binary = c(coef(fit)[-1], -coef(fit)[1]),
                  ordered = c(coef(fit), fit$zeta), multinomial = as.vector(apply(rbind(coef(fit)), 1, function(r) c(r[-1], r[1]))))
  v <- unname(start); scale <- w / max(w)
  # A linear fit is its maximum already; of the others differences take the Hessian.
  if (kind != "linear") for (i in 1:8) v <- v - as.vector(solve(bend(kind, v, scale, x, y, k), colSums(scale * scores(kind, v, x, y, k))))
  s <- scores(kind, v, x, y, k)
  h <- if (kind == "linear") crossprod(cbind(x, 1), w * cbind(x, 1)) else -max(w) * bend(kind, v, scale, x, y, k)
  near(v, start, if (kind %in% c("linear", "binary")) 1e-9 else 2e-2)
  # Average marginal effects of the columns that are no products, at parameters and weights.
  main <- which(!grepl(":", colnames(x))); assign <- attr(model.matrix(formula, people[full, ]), "assign")[-1]
  made <- function(z) { for (p in setdiff(seq_len(ncol(x)), main)) {
    parts <- match(strsplit(colnames(x)[p], ":")[[1]], colnames(x)); z[, p] <- z[, parts[1]] * z[, parts[2]] }; z }
  shown <- if (kind == "linear") 1 else if (kind == "binary") 2 else seq_len(k)
  effect <- function(u, column) {
    if (!(sides[assign[column]] %in% given$nominal)) {
      at <- function(e) { z <- x + 0; z[, column] <- z[, column] + e; predicted(kind, u, made(z), k) }
      e <- 1e-3 * sd(x[, column])
      return(((8 * (at(e) - at(-e)) - (at(2 * e) - at(-2 * e))) / (12 * e))[, shown, drop = FALSE])
    }
    low <- high <- x; low[, assign == assign[column]] <- 0; high[, assign == assign[column]] <- 0; high[, column] <- 1
    (predicted(kind, u, made(high), k) - predicted(kind, u, made(low), k))[, shown, drop = FALSE]
  }
  effects <- function(u, own) unlist(lapply(main, function(column) colSums(own * effect(u, column)) / sum(own)))
  if (is.null(design)) {
    n <- length(y); df <- if (kind == "linear") n - length(v) else Inf
    V <- solve(h) * if (kind == "linear") sum((y - predicted(kind, v, x, k))^2) / df else 1
    J <- sapply(seq_along(v), function(i) { u <- v + 0i; u[i] <- u[i] + 1e-30i; Im(effects(u, w)) / 1e-30 })
    errors <- sqrt(diag(rbind(J) %*% V %*% t(rbind(J))))
    if (kind == "linear") near(sqrt(diag(V))[-length(v)], summary(fit)$coefficients[-1, 2])
    if (kind == "binary") near(sqrt(diag(V))[-length(v)], summary(fit)$coefficients[-1, 2], 1e-7)
  } else {
    df <- degf(one) - ncol(x)
    place <- function(z) { result <- matrix(0, length(full), ncol(z)); result[full, ] <- z; result }
    if (inherits(design, "survey.design")) {
      V <- vcov(svytotal(place(s %*% solve(h)), design))
      # To first order in the weights; the derivative at the weights is exact.
      moved <- function(own) { u <- v + as.vector(solve(h + 0i, colSums(own[full] * s)) - solve(h, colSums(w * s))); effects(u, own[full]) }
      errors <- sqrt(diag(as.matrix(vcov(svytotal(slopes(moved, people$w_, full), design)))))
      if (kind %in% c("linear", "binary")) {
        official <- eval(bquote(svyglm(.(formula), one, family = .(family_of[[kind]]), control = list(epsilon = 1e-14))))
        near(sqrt(diag(V))[seq_len(ncol(x))], SE(official)[-1], 1e-7); stopifnot(official$df.residual == df)
      }
      if (kind == "ordered") {  # svyolr takes its Hessian by differences, which columns of unequal size spoil
        z <- matrix(0, length(full), ncol(x)); z[full, ] <- t(t(x) / apply(x, 2, sd)); colnames(z) <- paste0("z", seq_len(ncol(x)))
        own <- design; own$variables <- cbind(own$variables, z); own$variables$answer <- people$answer; own <- subset(own, full)
        rough <- svyolr(as.formula(paste("answer ~", paste(colnames(z), collapse = "+"))), own, control = list(reltol = 1e-14, maxit = 1000))
        near(sqrt(diag(V))[seq_len(ncol(x))], SE(rough)[seq_len(ncol(x))] / apply(x, 2, sd), 5e-3)
      }
    } else {
      official <- eval(bquote(svyglm(.(formula), one, family = .(family_of[[kind]]), control = list(epsilon = 1e-14))))
      V <- vcov(official)[c(2:(ncol(x) + 1), 1), c(2:(ncol(x) + 1), 1)]; errors <- NULL
    }
  }
  at <- if (kind == "multinomial") as.vector(outer(seq_len(ncol(x)), (seq_len(k - 1) - 1) * (ncol(x) + 1), "+")) else seq_len(ncol(x))
  for (i in seq_along(at)) {
    b <- v[at[i]]; e <- sqrt(diag(V))[at[i]]
    add(case, sprintf("b[%d]", i), b); add(case, sprintf("b:se[%d]", i), e)
    add(case, sprintf("b:p[%d]", i), 2 * pt(-abs(b / e), df))
    add(case, sprintf("b:lower[%d]", i), b - qt(0.975, df) * e); add(case, sprintf("b:upper[%d]", i), b + qt(0.975, df) * e)
  }
  rest <- setdiff(seq_along(v), at)
  for (i in seq_along(rest)) { add(case, sprintf("constant[%d]", i), v[rest[i]]); add(case, sprintf("constant:se[%d]", i), sqrt(diag(V))[rest[i]]) }
  for (term in unique(assign)) {
    own <- if (kind == "multinomial") at[rep(assign, k - 1) == term] else which(assign == term)
    wald <- as.vector(v[own] %*% solve(V[own, own], v[own]))
    if (df == Inf) { add(case, sprintf("wald_chisq[%d]", term), wald); next }
    add(case, sprintf("wald_f[%d]", term), wald / length(own))
    add(case, sprintf("wald_f:p[%d]", term), pf(wald / length(own), length(own), df, lower.tail = FALSE))
    if (!is.null(design) && kind %in% c("linear", "binary")) near(wald / length(own), regTermTest(official, attr(terms(formula), "term.labels")[term])$Ftest, 1e-6)
  }
  found <- effects(v, w)
  for (i in seq_along(found)) { add(case, sprintf("ame[%d]", i), found[i]); if (!is.null(errors)) add(case, sprintf("ame:se[%d]", i), errors[i]) }
  if (kind == "linear") {
    add(case, "r_squared", summary(fit)$r.squared)
    if (is.null(design)) { add(case, "adjusted_r_squared", summary(fit)$adj.r.squared); add(case, "residual_error", summary(fit)$sigma) }
  } else if (is.null(design)) add(case, "log_likelihood", sum(heights(kind, v, x, y, k)))
}

cases <- read_yaml(file.path(here, "numbers.yaml"))
for (name in names(cases)) {
  case <- cases[[name]]
  people <- read.csv(file.path(here, paste0("people_", case$people, ".csv")))
  design <- designs(case, people)
  if (!is.null(case$values)) {
    x <- people[[case$values]]; g <- people[[case$groups]]
    summary_of(name, x, g, design)
    if (is.null(design)) classical_groups(name, x, g) else designed_groups(name, x, g, design)
  }
  if (!is.null(case$items))
    scale_of(name, people[unlist(case$items)], ifelse(unlist(case$items) %in% case$reverse, -1, 1), design,
             identical(case$missing, "pairwise"))
  if (!is.null(case$variables))
    correlated(name, people[unlist(case$variables)], if (is.null(case$methods)) c("pearson", "spearman") else case$methods, design)
  if (!is.null(case$model)) regression_of(name, case, people, design)
  cat(name, length(values), "\n")
}
result <- do.call(rbind, values); result$statistic <- paste0('"', result$statistic, '"')
write.csv(result, file.path(here, "number_values.csv"), row.names = FALSE, quote = FALSE)
cat(nrow(result), "values; survey", as.character(packageVersion("survey")), R.version.string, "\n")
