// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice One escrow stream. Fits one storage slot.
/// @param deposit Everything the user put in, in token base units. Never falls.
/// @param settled What the node has been credited out of it, fees included, in token base units. Never falls.
/// @param stoppedAt Unix second at which accrual ended; 0 while open.
/// @param flags Bit 0: opened, bit 1: closed. An id lives once: none -> open -> stopped -> closed.
struct Stream {
    uint96 deposit;
    uint96 settled;
    uint40 stoppedAt;
    uint24 flags;
}

/// @notice What the contract holds for one node. Fits one storage slot.
/// @param balance Credited and not yet paid out, in token base units.
/// @param pendingFees Fees collected from this node and not yet booked, in token base units.
/// @param feeEpoch Epoch in which `pendingFees` were collected.
struct NodeAccount {
    uint96 balance;
    uint96 pendingFees;
    uint64 feeEpoch;
}

/// @notice A stream opened by EIP-3009: the token's authorization nonce is this struct's hash.
struct OpenIntent {
    address user;
    address node;
    address sessionKey;
    uint96 deposit;
    uint96 relayFee;
    address feeTo;
}

/// @notice A stream opened from the free balance by signature.
struct OpenFromBalance {
    address user;
    address node;
    address sessionKey;
    uint96 deposit;
    uint96 relayFee;
    address feeTo;
    uint40 deadline;
}

/// @notice A withdrawal of free balance by signature. `salt` makes it single-use without a shared nonce.
struct WithdrawIntent {
    address user;
    address to;
    uint96 amount;
    uint96 relayFee;
    address feeTo;
    uint40 deadline;
    bytes32 salt;
}

/// @notice The constructor's argument: what is fixed at deployment, and the first fee and treasury.
/// @param token The one token.
/// @param decimals What the deployer believes the token's decimals to be; checked, since every amount hangs on it.
/// @param registry Where payout addresses are looked up.
/// @param authority The AccessManager that says who may call the privileged functions.
/// @param treasury Where protocol fees go at first.
/// @param feeBps The first protocol fee in basis points, at most `FEE_CAP_BPS`.
/// @param challengeWindow Seconds between a stop and a close without the node.
/// @param epochLength Seconds of an epoch of fee booking.
struct SessionsParams {
    address token;
    uint8 decimals;
    address registry;
    address authority;
    address treasury;
    uint16 feeBps;
    uint256 challengeWindow;
    uint256 epochLength;
}

/// @title Escrow and payment streams in one immutable contract with one immutable token.
/// @notice All amounts are token base units (USDC: 10^-6), all times Unix seconds.
/// A stream is one user's escrow towards one node under one session key:
/// `id = keccak256(abi.encodePacked(user, node, sessionKey))`.
///
/// The token must move exactly the amount it is asked to, or revert, for as long as it is used here. That is looked into
/// once, before deployment, and not measured at each transfer, which would cost 2,000 gas each time. A token that takes
/// a fee on transfers, or whose balances change by themselves, must not be used: the contract would owe more than it
/// holds, and the last to leave would find nothing. Whether the token can be changed later (USDC's issuer can) is a
/// trust that comes with the token; should a fee be announced, the guardian can pause inflows before it begins.
interface IX4PNVpnSessions {
    // ----------------------------------------------------------------- events

    /// @notice `user`'s free balance grew by `amount`, paid by `payer`.
    event Deposited(address indexed user, address indexed payer, uint256 amount);
    /// @notice `amount` left `user`'s free balance to `to` (a relay fee is an event of its own).
    event Withdrawn(address indexed user, address indexed to, uint256 amount);
    /// @notice `amount` went from `user`'s free balance to that of the relayer's account `feeTo`, as the user signed.
    /// In an opening by EIP-3009 a `Deposited` of the same amount to `user` comes before it.
    event RelayFeePaid(address indexed user, address indexed feeTo, uint256 amount);
    /// @notice A stream began. `fromBalance`: the deposit came out of the free balance.
    event Opened(
        bytes32 indexed id,
        address indexed user,
        address indexed node,
        address sessionKey,
        uint256 deposit,
        bool fromBalance
    );
    /// @notice The stream now holds `deposit` in all; what was added came from a wallet, which the token's own `Transfer`
    /// just before names.
    event ToppedUp(bytes32 indexed id, address indexed user, address indexed node, uint256 deposit);
    /// @notice The stream now holds `deposit` in all; what was added came out of `user`'s free balance.
    event ToppedUpFromBalance(bytes32 indexed id, address indexed user, address indexed node, uint256 deposit);
    /// @notice The stream has now paid `settled` in all. The node is in the batch's `NodeCredited`.
    event Settled(bytes32 indexed id, address indexed user, uint256 settled);
    /// @notice Item `index` of a batch for `node` paid nothing, for `reason` (a `SkipReason`).
    event ItemSkipped(address indexed node, address indexed user, uint256 index, uint8 reason);
    /// @notice One batch: `amount` to the node's balance, `fee` kept for the protocol.
    event NodeCredited(address indexed node, uint256 amount, uint256 fee);
    /// @notice Fees of `node` moved to the treasury's balance and to the node's weight in `epoch`.
    event FeesBooked(address indexed node, uint256 indexed epoch, uint256 amount);
    /// @notice Accrual ended at this block's second.
    event Stopped(bytes32 indexed id, address indexed user, address indexed node, uint256 stoppedAt);
    /// @notice The stream is over for ever. `refund` went to `to`, or to the free balance when `toBalance`.
    event Closed(
        bytes32 indexed id,
        address indexed user,
        address indexed node,
        uint256 settled,
        uint256 refund,
        address to,
        bool toBalance
    );
    /// @notice A node's balance went to the payout address that the registry holds.
    event PaidOut(address indexed node, address indexed payout, uint256 amount);
    /// @notice The booked fees went to the treasury.
    event TreasuryPaid(address indexed treasury, uint256 amount);
    /// @notice A new fee takes effect at `effectiveAt`.
    event FeeScheduled(uint256 feeBps, uint256 effectiveAt);
    /// @notice A new treasury takes effect at `effectiveAt`.
    event TreasuryScheduled(address indexed treasury, uint256 effectiveAt);
    /// @notice Deposits, openings and top-ups are refused until `until`; everything else goes on.
    event InflowsPaused(uint256 until);
    /// @notice The pause ended early.
    event InflowsUnpaused();

    // ----------------------------------------------------------------- errors

    /// @notice Inflows are paused until `until`.
    error Sessions_InflowsPaused(uint256 until);
    /// @notice Zero where an amount is needed.
    error Sessions_ZeroAmount();
    /// @notice The zero address, or the contract itself, where an account is needed.
    error Sessions_BadAddress(address account);
    /// @notice The amount does not fit 96 bits.
    error Sessions_AmountTooLarge(uint256 amount);
    /// @notice `account` has `available`, not `needed`.
    error Sessions_BalanceTooLow(address account, uint256 available, uint256 needed);
    /// @notice This id has been used: take a new session key.
    error Sessions_AlreadyOpened(bytes32 id);
    /// @notice No such stream is open: never opened, stopped or closed.
    error Sessions_NotOpen(bytes32 id);
    /// @notice The stream was closed, or never opened.
    error Sessions_NotClosable(bytes32 id);
    /// @notice The stream has not been stopped: stop it first.
    error Sessions_NotStopped(bytes32 id);
    /// @notice The challenge window runs until `closableAt`.
    error Sessions_WindowOpen(bytes32 id, uint256 closableAt);
    /// @notice The signature is not `signer`'s, or not over these values (a top-up voids a node's release, which names
    /// the deposit).
    error Sessions_BadSignature(address signer);
    /// @notice The signed deadline has passed.
    error Sessions_Expired(uint256 deadline);
    /// @notice The signed deadline lies further ahead than this action allows.
    error Sessions_DeadlineTooFar(uint256 deadline, uint256 latest);
    /// @notice The attached receipt proves `claim`, less than the `due` that the node's release names.
    error Sessions_ClaimTooLow(uint256 claim, uint256 due);
    /// @notice The withdrawal intent was used before.
    error Sessions_IntentUsed(bytes32 digest);
    /// @notice The packed items are not a whole number of items.
    error Sessions_BadItemsLength(uint256 length, uint256 itemSize);
    /// @notice The registry knows no payout address for this node.
    error Sessions_NoPayout(address node);
    /// @notice There is nothing to pay.
    error Sessions_NothingToPay(address account);
    /// @notice The fee is above the immutable cap.
    error Sessions_FeeAboveCap(uint256 feeBps, uint256 capBps);
    /// @notice The token has no code, or other decimals than were said at deployment.
    error Sessions_BadToken(address token);
    /// @notice A constructor argument is outside its bounds.
    error Sessions_BadParameter(bytes32 name, uint256 value);

    // ---------------------------------------------------- free balance: users

    /// @notice Adds `amount` from the caller's wallet to the caller's free balance.
    function deposit(uint256 amount) external;
    /// @notice Adds `amount` from the caller's wallet to `user`'s free balance.
    function depositFor(address user, uint256 amount) external;
    /// @notice `deposit` with an EIP-2612 permit. A permit that was sent ahead by somebody else does not make it fail.
    function depositWithPermit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;
    /// @notice Deposit by EIP-3009, sent by anyone. The authorization's nonce must be the hash of
    /// `DepositIntent(from, user, amount, salt)`, so that it can be nothing else than this deposit.
    function depositWithAuthorization(
        address from,
        address user,
        uint256 amount,
        bytes32 salt,
        uint256 validAfter,
        uint256 validBefore,
        bytes calldata signature
    ) external;
    /// @notice Moves `amount` of the caller's free balance to `to`.
    function withdraw(address to, uint256 amount) external;
    /// @notice The same by the user's signature (ECDSA or ERC-1271), sent by anyone, who gets exactly the signed fee.
    function withdrawBySig(WithdrawIntent calldata intent, bytes calldata signature) external;

    // -------------------------------------------------------- streams: users

    /// @notice Opens a stream with `amount` from the caller's wallet.
    function open(address node, address sessionKey, uint96 amount) external returns (bytes32 id);
    /// @notice Opens a stream with `amount` from the caller's free balance.
    function openFromBalance(address node, address sessionKey, uint96 amount) external returns (bytes32 id);
    /// @notice Opens a stream by EIP-3009, sent by anyone: nonce = hash of `intent`, value = deposit + relayFee,
    /// `validBefore` at most `SIGNED_LIFETIME` ahead.
    function openWithAuthorization(
        OpenIntent calldata intent,
        uint256 validAfter,
        uint256 validBefore,
        bytes calldata signature
    ) external returns (bytes32 id);
    /// @notice Opens a stream from the free balance by the user's signature, sent by anyone.
    function openBySig(OpenFromBalance calldata intent, bytes calldata signature) external returns (bytes32 id);
    /// @notice Adds `amount` from the caller's wallet to anyone's open stream. Undoes no stop.
    function topUp(address user, address node, address sessionKey, uint96 amount) external;
    /// @notice Adds `amount` from the caller's free balance to the caller's own open stream.
    function topUpFromBalance(address node, address sessionKey, uint96 amount) external;
    /// @notice Ends accrual at this second and starts the challenge window.
    function stop(address node, address sessionKey) external;
    /// @notice The same, sent by anyone, signed by the user (ECDSA or ERC-1271) or by the session key.
    function stopBySig(address user, address node, address sessionKey, bytes calldata signature) external;
    /// @notice After the window: refunds what was not settled to `to`.
    function close(address node, address sessionKey, address to) external returns (uint256 refund);
    /// @notice After the window, by anyone: refunds to the user's free balance.
    function closeFor(address user, address node, address sessionKey) external returns (uint256 refund);
    /// @notice Pays `item` (packed as for `settle`, or empty) up to the node's signed `maxClaim`, and refunds the rest
    /// to the user's free balance at once. Anyone may send it. The node's `Release` can only lower what it gets, and
    /// the receipt must cover it: whoever sends it, with whatever receipt, the node ends with `maxClaim` (or with the
    /// deposit, if that is less, or with what was settled before, if that is more), and nobody can attach an older
    /// receipt to take back what the node has earned. With nothing more due, `item` is not read.
    function closeCooperative(
        address user,
        address node,
        address sessionKey,
        uint96 maxClaim,
        uint40 deadline,
        bytes calldata item,
        bytes calldata nodeSignature
    ) external returns (uint256 refund);

    // -------------------------------------------------------- nodes, anyone

    /// @notice Pays a batch of receipts to `node`. Packed items of 114 bytes:
    /// user 20 | cumulative 12 | rate 8 | start 5 | until 5 | signature 64 (EIP-2098).
    /// A bad, stale or foreign item is skipped with an event and reverts nothing.
    function settle(address node, bytes calldata items) external;
    /// @notice Settles and refunds in one, sent by the node key itself. Packed items of 134 bytes:
    /// user 20 | sessionKey 20 | cumulative 12 | rate 8 | start 5 | until 5 | signature 64.
    /// With cumulative and rate 0 the signature is not read: nothing was used. An item that names no live stream of the
    /// caller, or whose receipt is not its session key's, is skipped with an event and the stream is left as it was.
    function release(bytes calldata items) external;
    /// @notice Books the fees that `node` collected in earlier epochs.
    function book(address node) external;
    /// @notice Sends the node's balance to its payout address in the registry. Anyone may call it.
    function payOut(address node) external returns (uint256 amount);
    /// @notice Sends the booked fees to the treasury. Anyone may call it.
    function payTreasury() external returns (uint256 amount);

    // ------------------------------------------------------------ governance

    /// @notice Schedules a protocol fee in basis points, at most `FEE_CAP_BPS`, effective after `FEE_DELAY`.
    function setFee(uint16 feeBps) external;
    /// @notice Schedules the treasury's address, effective after `FEE_DELAY`.
    function setTreasury(address treasury) external;
    /// @notice Refuses deposits, openings and top-ups for `PAUSE_LENGTH`. Ends by itself.
    function pauseInflows() external;
    /// @notice Ends a pause early.
    function unpauseInflows() external;

    // ----------------------------------------------------------------- views

    /// @notice The one token; it never changes.
    function TOKEN() external view returns (address);
    /// @notice Where payout addresses are looked up; it never changes.
    function REGISTRY() external view returns (address);
    /// @notice Seconds between a stop and the earliest close that is not cooperative.
    function CHALLENGE_WINDOW() external view returns (uint256);
    /// @notice Seconds before a scheduled fee or treasury takes effect.
    function FEE_DELAY() external view returns (uint256);
    /// @notice The highest fee there can be, in basis points.
    function FEE_CAP_BPS() external view returns (uint256);
    /// @notice Seconds of an epoch of fee booking.
    function EPOCH_LENGTH() external view returns (uint256);
    /// @notice Seconds after which a pause of inflows ends by itself.
    function PAUSE_LENGTH() external view returns (uint256);
    /// @notice Longest life of a relayed opening and of a release, in seconds.
    function SIGNED_LIFETIME() external view returns (uint256);
    /// @notice EIP-712 domain of all that is signed for this contract; computed anew after a fork of the chain.
    function DOMAIN_SEPARATOR() external view returns (bytes32);
    /// @notice keccak256(abi.encodePacked(user, node, sessionKey)).
    function streamId(address user, address node, address sessionKey) external pure returns (bytes32);
    /// @notice A stream by its id; all zero for one that was never opened.
    function stream(bytes32 id) external view returns (Stream memory);
    /// @notice `user`'s free balance, in token base units.
    function balanceOf(address user) external view returns (uint256);
    /// @notice What is held for `node`, in token base units.
    function nodeAccount(address node) external view returns (NodeAccount memory);
    /// @notice The fee in force now, in basis points.
    function feeBps() external view returns (uint256);
    /// @notice The treasury in force now.
    function treasury() external view returns (address);
    /// @notice Booked fees that the treasury has not been paid yet.
    function treasuryBalance() external view returns (uint256);
    /// @notice Unix second until which inflows are refused; in the past when no pause is in force.
    function inflowsPausedUntil() external view returns (uint256);
    /// @notice Fees booked for `node` in `epoch`: its weight there.
    function bookedFees(address node, uint256 epoch) external view returns (uint256);
    /// @notice Fees booked for all nodes in `epoch`.
    function totalBookedFees(uint256 epoch) external view returns (uint256);
    /// @notice The epoch of this block's second: timestamp / `EPOCH_LENGTH`.
    function currentEpoch() external view returns (uint256);
    /// @notice Whether a withdrawal intent's digest has been used.
    function intentUsed(bytes32 digest) external view returns (bool);
}

/// @notice Why an item of a batch paid nothing; the `reason` of `ItemSkipped`.
library SkipReason {
    /// @dev The signature is malformed, or recovers to nobody.
    uint8 internal constant BAD_SIGNATURE = 1;
    /// @dev The recovered key has no stream from this user to this node (or another field was changed).
    uint8 internal constant NO_STREAM = 2;
    /// @dev The stream is closed.
    uint8 internal constant CLOSED = 3;
    /// @dev The receipt claims no more than was settled.
    uint8 internal constant STALE = 4;
}
