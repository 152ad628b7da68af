// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IERC3009} from "../interfaces/IERC3009.sol";
import {IX4PNVpnSessions, Stream} from "../interfaces/IX4PNVpnSessions.sol";
import {StreamSlot} from "../libraries/StreamSlot.sol";

/// @title What every part of the sessions contract stands on: the token going in and out, free balances, streams.
/// @dev The token is trusted to move exactly what it is asked to, or to revert: nothing here measures its balance. See
/// `IX4PNVpnSessions`.
abstract contract SessionsBase is IX4PNVpnSessions, EIP712, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev A struct of one, so that a reference to it can be kept: its place is hashed once for load and store.
    struct StoredStream {
        StreamSlot slot;
    }

    /// @inheritdoc IX4PNVpnSessions
    uint256 public constant SIGNED_LIFETIME = 10 minutes;

    /// @inheritdoc IX4PNVpnSessions
    address public immutable TOKEN;
    /// @dev 10^(18 - the token's decimals): from the fixed point of rates to token base units.
    uint256 internal immutable _SCALE;

    mapping(address user => uint256) internal _balances;
    mapping(bytes32 id => StoredStream) internal _streams;

    constructor(address token, uint8 decimals) EIP712("X4PN Sessions", "1") {
        if (token.code.length == 0 || decimals > 18) revert Sessions_BadToken(token);
        if (IERC20Metadata(token).decimals() != decimals) revert Sessions_BadToken(token);
        TOKEN = token;
        _SCALE = 10 ** (18 - decimals);
    }

    /// @inheritdoc IX4PNVpnSessions
    function DOMAIN_SEPARATOR() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    /// @inheritdoc IX4PNVpnSessions
    function streamId(address user, address node, address sessionKey) external pure returns (bytes32) {
        return _idOf(user, node, sessionKey);
    }

    /// @inheritdoc IX4PNVpnSessions
    function stream(bytes32 id) external view returns (Stream memory) {
        return _streams[id].slot.unpack();
    }

    /// @inheritdoc IX4PNVpnSessions
    function balanceOf(address user) external view returns (uint256) {
        return _balances[user];
    }

    /// @dev keccak256(abi.encodePacked(user, node, sessionKey)), past the end of allocated memory, as `settle` does it
    /// for every item.
    function _idOf(address user, address node, address sessionKey) internal pure returns (bytes32 id) {
        assembly ("memory-safe") {
            let packed := mload(0x40)
            mstore(packed, shl(96, user))
            mstore(add(packed, 20), shl(96, node))
            mstore(add(packed, 40), shl(96, sessionKey))
            id := keccak256(packed, 60)
        }
    }

    /// @dev Takes `amount` out of a free balance.
    function _spend(address user, uint256 amount) internal {
        uint256 available = _balances[user];
        if (amount > available) revert Sessions_BalanceTooLow(user, available, amount);
        unchecked {
            _balances[user] = available - amount;
        }
    }

    /// @dev Credits the signed fee to the relayer's free balance: a push could be blocked by a blacklist. The fee has
    /// been taken from the user's money by the caller.
    function _payRelayFee(address user, address feeTo, uint256 fee) internal {
        if (fee == 0) return;
        _checkAccount(feeTo);
        _balances[feeTo] += fee;
        emit RelayFeePaid(user, feeTo, fee);
    }

    /// @dev Takes `amount` from `from`'s wallet, by allowance. Callers need no guard against reentrancy as long as they
    /// read and write nothing of streams and balances before it: whatever a token that calls back does in the middle,
    /// it could have done just before.
    function _pull(address from, uint256 amount) internal {
        IERC20(TOKEN).safeTransferFrom(from, address(this), amount);
    }

    /// @dev Takes `amount` from `from`'s wallet by EIP-3009. `nonce` is the hash of what it is for, so the
    /// authorization can serve no other purpose. Callers have credited it before, and are guarded.
    function _pullAuthorized(
        address from,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) internal {
        if (signature.length != 65) revert Sessions_BadSignature(from);
        IERC3009(TOKEN)
            .receiveWithAuthorization(
                from,
                address(this),
                amount,
                validAfter,
                validBefore,
                nonce,
                uint8(signature[64]),
                bytes32(signature[:32]),
                bytes32(signature[32:64])
            );
    }

    /// @dev Sends tokens out. Every caller has booked them out before, and is guarded.
    function _push(address to, uint256 amount) internal {
        IERC20(TOKEN).safeTransfer(to, amount);
    }

    /// @dev Where money must not go: nobody could take it out of zero, or out of this contract.
    function _checkAccount(address account) internal view {
        if (account == address(0) || account == address(this)) revert Sessions_BadAddress(account);
    }

    function _checkAmount(uint256 amount) internal pure {
        if (amount == 0) revert Sessions_ZeroAmount();
    }

    function _checkDeadline(uint256 deadline) internal view {
        if (block.timestamp > deadline) revert Sessions_Expired(deadline);
    }

    /// @dev For what must not be kept and used later: the deadline lies at most `SIGNED_LIFETIME` ahead.
    function _checkShortDeadline(uint256 deadline) internal view {
        _checkDeadline(deadline);
        uint256 latest = block.timestamp + SIGNED_LIFETIME;
        if (deadline > latest) revert Sessions_DeadlineTooFar(deadline, latest);
    }
}
