// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice How a token's price is read, and how far below it a swap may end.
/// @param feed A Chainlink price feed of the token in US dollars.
/// @param heartbeat Seconds after which an answer is stale.
/// @param toleranceBps How much less than the feeds say a swap of this token may bring, in basis points: the pool's fee,
/// the swap's own effect on the price, and the feeds' inexactness. Without meaning for USDC.
/// @param minAnswer Lowest answer that is believed, in the feed's own decimals.
/// @param maxAnswer Highest answer that is believed, in the feed's own decimals.
struct FeedParams {
    address feed;
    uint32 heartbeat;
    uint16 toleranceBps;
    uint96 minAnswer;
    uint96 maxAnswer;
}

/// @title Pay with the native coin or another token: swaps to USDC and credits the user's free balance.
/// @notice It keeps nothing: what a pool does not take goes back to the payer in the same transaction, and nobody gives
/// it an allowance for longer than a deposit. It swaps in one Uniswap v3 pool of the token and USDC.
/// Only tokens for which governance has set a feed are taken, and none before USDC itself has one. A token that takes a
/// fee on transfers is refused.
interface IX4PNDepositRouter {
    /// @notice `amountIn` of `tokenIn` (the wrapped coin's address for the native coin) were swapped to `amountOut` USDC,
    /// now in `user`'s free balance. Both in base units.
    event Routed(
        address indexed user, address indexed payer, address indexed tokenIn, uint256 amountIn, uint256 amountOut
    );
    /// @notice From now on `token`'s price is read like this.
    event FeedSet(address indexed token, address indexed feed, FeedParams params);
    /// @notice `token` is no longer taken.
    event FeedRemoved(address indexed token);

    /// @notice There is no feed for `token`, or it is USDC, which needs no router.
    error Router_UnsupportedToken(address token);
    /// @notice `feed` spoke last at `updatedAt` (Unix second), longer ago than its heartbeat, or in the future.
    error Router_StalePrice(address feed, uint256 updatedAt);
    /// @notice `feed` gave an answer that is outside its bounds.
    error Router_BadPrice(address feed, int256 answer);
    /// @notice The swap brought `amountOut`, less than `minimum`: the price moved, or somebody moved it. Try again, with
    /// another pool, or with less.
    error Router_OutputTooLow(uint256 amountOut, uint256 minimum);
    /// @notice The deadline (Unix second) has passed.
    error Router_Expired(uint256 deadline);
    /// @notice Uniswap has no pool of `tokenIn` and USDC with this fee (in 10^-6).
    error Router_NoPool(address tokenIn, uint24 poolFee);
    /// @notice Zero where an amount is needed.
    error Router_ZeroAmount();
    /// @notice Of `amountIn` only `received` arrived: the token takes a fee.
    error Router_TokenTakesFee(address token, uint256 amountIn, uint256 received);
    /// @notice An address that cannot be what it is said to be, or the router itself as a user.
    error Router_BadAddress(address account);
    /// @notice Only the pool of the swap that is under way may ask for payment.
    error Router_NotPool(address caller);
    /// @notice Native coins come from the wrapped coin only; use `depositNative`.
    error Router_NotWrapped(address sender);
    /// @notice The payer, a contract, did not take back the native coins that were not needed.
    error Router_RefundFailed(address payer, uint256 amount);
    /// @notice A parameter of a feed is outside the contract's bounds.
    error Router_OutOfBounds(bytes32 name, uint256 value);

    /// @notice Swaps the sent native coin and credits what it brings to `user`'s free balance. The minimum output is the
    /// higher of `minOut` and the feeds'. What the pool does not take goes back to the caller.
    /// @param user Whose free balance.
    /// @param poolFee The pool's fee in 10^-6 (500, 3000 or 10000; on some chains also 100).
    /// @param minOut Least output in the token's base units (USDC: 10^-6; BSC's: 10^-18).
    /// @param deadline Unix second after which it reverts.
    /// @return amountOut What was credited, in the token's base units.
    function depositNative(address user, uint24 poolFee, uint256 minOut, uint256 deadline)
        external
        payable
        returns (uint256 amountOut);

    /// @notice The same with `amountIn` base units of `tokenIn` from the caller's wallet, by allowance.
    function depositToken(
        address user,
        address tokenIn,
        uint256 amountIn,
        uint24 poolFee,
        uint256 minOut,
        uint256 deadline
    ) external returns (uint256 amountOut);

    /// @notice What the feeds say `amountIn` of `tokenIn` must bring at least, tolerance taken off, rounded up, in USDC's
    /// base units. Reverts without a feed, and where one is stale or out of its bounds.
    function minimumOutput(address tokenIn, uint256 amountIn) external view returns (uint256);

    /// @notice Sets how the price of `token` is read (USDC and the wrapped native coin too). For governance, delayed by
    /// the AccessManager.
    function setFeed(address token, FeedParams calldata params) external;
    /// @notice Takes `token` no longer. For governance.
    function removeFeed(address token) external;

    /// @notice Zeros for a token that is not taken.
    function feedOf(address token) external view returns (FeedParams memory);
    /// @notice Where the deposits go.
    function SESSIONS() external view returns (address);
    /// @notice USDC, as the sessions contract has it.
    function TOKEN() external view returns (address);
    /// @notice The wrapped native coin.
    function WRAPPED() external view returns (address);
    /// @notice Uniswap v3's factory: only its pools are swapped in.
    function FACTORY() external view returns (address);
    /// @notice Highest tolerance that governance can set, in basis points.
    function TOLERANCE_CAP_BPS() external view returns (uint256);
    /// @notice Longest heartbeat that governance can set, in seconds.
    function HEARTBEAT_CAP() external view returns (uint256);
}
